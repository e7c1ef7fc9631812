#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/mark.hpp"

namespace rootlet {

/// An entry of `packages`, `exclude` and the like: text and where it stands.
struct RecipeItem {
  std::string text;
  Mark mark;
};

/// Quantity that is made least, over all sets of packages that satisfy a recipe.
enum class Objective {
  dnf,       ///< nothing: exactly what DNF would install
  smallest,  ///< the sum of installed sizes
  fewest,    ///< the number of packages
  download   ///< the sum of download sizes
};
inline constexpr std::array objectives{Objective::smallest, Objective::dnf, Objective::fewest, Objective::download};
std::string_view objective_name(Objective objective) noexcept;
std::optional<Objective> objective_of(std::string_view name) noexcept;

/// Fate of packages that only scriptlets require.
enum class ScriptletDeps {
  keep,
  drop  ///< they leave after the scriptlets have run
};
std::string_view scriptlet_deps_name(ScriptletDeps deps) noexcept;
std::optional<ScriptletDeps> scriptlet_deps_of(std::string_view name) noexcept;

/// An entry of `prefer` or `avoid`.
struct Preference {
  RecipeItem item;        ///< names, NEVRAs, globs
  bool only_tie = false;  ///< decides only between sets that are equally good; otherwise at any price
};

/// Which of the sets of packages that satisfy a recipe is wanted.
struct Goal {
  Objective objective = Objective::smallest;
  ScriptletDeps scriptlet_deps = ScriptletDeps::keep;
  std::vector<Preference> prefer;     ///< wherever they can meet a requirement, they do
  std::vector<Preference> avoid;      ///< they are in the set only if there is none without them
  std::uint64_t package_penalty = 0;  ///< bytes that each package counts on top of its size
  /// Capabilities, globs allowed, whose provider stays the one that DNF would choose; nothing: the list that rootlet
  /// comes with.
  std::optional<std::vector<RecipeItem>> guard_rails;
};

}  // namespace rootlet
