#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/trim.hpp"

namespace rootlet {

/// Ways to ask for the packages of a recipe, from the most to the least.
enum class RungKind {
  base,               ///< on an image, as `FROM` and an install have it, or with the least group of a distribution
  weak_deps,          ///< into an empty root, with weak dependencies and documentation
  dnf,                ///< as DNF has it without these
  smallest,           ///< the smallest set
  no_scriptlet_deps,  ///< the smallest set without packages that only scriptlets need
  trim_unneeded       ///< that without files of classes that images seldom need; where headers tell
};
inline constexpr std::array rung_kinds{RungKind::base,     RungKind::weak_deps,         RungKind::dnf,
                                       RungKind::smallest, RungKind::no_scriptlet_deps, RungKind::trim_unneeded};
/// "base", "weak_deps", "dnf", "smallest", "no_scriptlet_deps", "trim_unneeded".
std::string_view rung_name(RungKind kind) noexcept;

/// Settings of a recipe that a rung has in place of the recipe's own.
struct RungSettings {
  std::string base = {};   ///< image that it is built on, as the recipe has it; empty: none
  std::string group = {};  ///< id of a group that is installed, too; empty: none
  bool weak_deps = false;
  bool docs = false;  ///< documentation and all languages are kept
  Objective objective = Objective::dnf;
  ScriptletDeps scriptlet_deps = ScriptletDeps::keep;
  Trim trim = Trim::off;
};

/// A package and what it weighs in its rung, in bytes.
struct WeighedPackage {
  Nevra nevra;
  std::uint64_t size = 0;
  bool operator==(const WeighedPackage&) const = default;
};

/// Sum of a recipe's packages when they are asked for in one way, and what differs from the rung above. Of
/// the first rung nothing differs. Sizes are installed ones in bytes.
struct Rung {
  RungKind kind = RungKind::dnf;
  RungSettings asked;
  bool own = false;  ///< the recipe asks for just this
  std::size_t packages = 0;
  std::uint64_t size = 0;
  std::uint64_t download_size = 0;         ///< also of packages that leave after their scriptlets have run
  Optimality optimality = {};              ///< how good the set is
  std::vector<WeighedPackage> left = {};   ///< packages of the rung above that are not here; the heaviest first
  std::vector<WeighedPackage> added = {};  ///< packages that are not in the rung above; the same
  std::uint64_t files_left = 0;            ///< documentation and languages of packages that both have
  std::vector<ClassTotals> trimmed = {};   ///< files of packages that both have, by class: at the most, see Trim
};

/// A rung that there is none of, and why: a sentence.
struct OmittedRung {
  RungKind kind = RungKind::base;
  std::string why;
};

/// The same packages asked for in ever more sparing ways.
struct Ladder {
  std::string arch;
  std::vector<Rung> rungs;
  std::vector<OmittedRung> omitted;
  /// Whether rungs without documentation are weighed without it, too. Else it counts in all of them: only package
  /// headers tell what it takes.
  bool files_known = false;
};

}  // namespace rootlet
