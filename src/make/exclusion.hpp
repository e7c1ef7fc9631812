#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rootlet::make {

/// Globs over the paths of a tree. One without a slash in it matches names in any directory, one with a slash paths
/// from the top of the tree; a slash at the end means nothing. "*", "?" and "[a-z]" match within a name, "**" as a part
/// of a path matches any number of names. What matches is left out with all that is in it.
class Exclusion {
 public:
  explicit Exclusion(const std::vector<std::string>& globs);

  /// Of a path from the top: "/lib/libapp.so". What is above it is not looked at.
  [[nodiscard]] bool matches(std::string_view path) const;
  /// Whether the path or one above it matches.
  [[nodiscard]] bool covers(std::string_view path) const;

 private:
  std::vector<std::vector<std::string>> globs_;  ///< by parts; what matches names begins with "**"
};

}  // namespace rootlet::make
