#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rootlet {

/// Parts of a package URL (https://github.com/package-url/purl-spec), percent-decoded; without its subpath.
struct PackageUrl {
  std::string type;        ///< in lower case: "rpm"
  std::string name_space;  ///< "fedora"; may be empty
  std::string name;
  std::string version;                            ///< may be empty
  std::map<std::string, std::string> qualifiers;  ///< by key in lower case; none is empty

  /// The value of a qualifier; empty: it has none.
  [[nodiscard]] std::string qualifier(const std::string& key) const;
};

/// Reads a package URL; nothing: it is none.
std::optional<PackageUrl> parse_package_url(std::string_view url);

}  // namespace rootlet
