#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// Files that a build takes out of a finished root; the `trim` of a recipe.
enum class Trim {
  off,       ///< none but those of `without`
  unneeded,  ///< those of certain classes that nothing is known to need
  untouched  ///< all that nothing is known to need, and that no test touched
};
std::string_view trim_name(Trim trim) noexcept;  ///< "unneeded"

/// Files of one package that a build took out. Sizes in bytes.
struct TrimmedPackage {
  Nevra package;                   ///< with an empty name: no package has them
  std::vector<std::string> paths;  ///< their places in the root, directories too; sorted
  std::uint64_t size = 0;          ///< of regular files; one that several packages have counts with the first of them
  bool left = false;               ///< nothing of the package was left: it is not in the image's database
};

/// All that a build took out, sorted by package.
struct TrimmedFiles {
  Trim how = Trim::off;
  std::vector<TrimmedPackage> packages;
  [[nodiscard]] std::uint64_t size() const noexcept;
  [[nodiscard]] std::size_t files() const noexcept;  ///< how many paths
};

/// Bytes of packages' files of a class that images seldom need (see analysis::removable_classes()).
struct ClassTotals {
  std::string id;     ///< "gconv"
  std::string title;  ///< "converters of character sets"
  std::uint64_t size = 0;
};

}  // namespace rootlet
