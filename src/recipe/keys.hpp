#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "reader.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::recipe {

/// Whether a value is written down.
enum class Written {
  never,
  unless_usual,  ///< only where it is not what holds without the key: older recipes keep their digests and locks
  always,
  always_now,  ///< always; older files do not have it
};

/// The sentence about a value that is not as in the recipe's lock. Lists are told entry by entry.
enum class Told {
  change,      ///< "weak_deps changed from false to true"
  both_sides,  ///< "the recipe's objective is fewest, the lock's dnf"
};

/// Fate of a key's value. Where nothing is said, it decides which packages are chosen.
struct Fate {
  Written digest = Written::unless_usual;
  Written lock = Written::unless_usual;
  Told told = Told::change;
  std::string_view noun = {};  ///< how sentences call it, or an entry of it; empty: by the key's name
  bool either_way = false;  ///< where one recipe includes another, a word may take the place of a list or the reverse
};

/// A key of a recipe: its name, its field, what reads it, and what becomes of it.
template <class Place, class Read>
struct Key {
  std::string_view name;
  Place place;
  Read read;  ///< takes a Value, and where it wants them, the key's name and a Context; or is ByLoad
  Fate fate = {};

  /// The field of a Selection or a Recipe.
  template <class Owner>
  [[nodiscard]] constexpr auto& of(Owner& owner) const {
    return std::invoke(place, owner);
  }
};
template <class Place, class Read>
Key(const char*, Place, Read, Fate = {}) -> Key<Place, Read>;

/// A field of Selection::goal.
template <class T>
struct OfGoal {
  T Goal::*field;
  template <class Owner>
  constexpr auto& operator()(Owner& selection) const {
    return selection.goal.*field;
  }
};
template <class T>
OfGoal(T Goal::*) -> OfGoal<T>;

/// Stands for the reader of a key that load() reads by itself, since what it reads later needs it.
struct ByLoad {};

/// Stands for the reader of what is no key of a recipe: it is found in the files that the recipe names.
struct FromFiles {};

/// Whether recipes can have a key, or it is a field of Selection that locks have only.
template <class Place, class Read>
constexpr bool is_written_by_users(const Key<Place, Read>& /*key*/) noexcept {
  return !std::is_same_v<Read, FromFiles>;
}

/// The keys that ask something of the solver: the fields of Selection. Locks have them in this order.
inline constexpr std::tuple selection_keys{
    Key{"releasever", &Selection::releasever, ByLoad{}, {Written::always, Written::always}},
    Key{"arch", &Selection::arch, ByLoad{}, {Written::always, Written::always, Told::change, "architecture"}},
    Key{"packages", &Selection::packages, ByLoad{}, {Written::always, Written::always, Told::change, "package"}},
    Key{"exclude", &Selection::exclude, read_exclude, {Written::always, Written::always}},
    Key{"weak_deps",
        &Selection::weak_deps,
        read_weak_deps,
        {.digest = Written::always, .lock = Written::always, .either_way = true}},
    Key{"vars", &Selection::vars, ByLoad{}},
    Key{"objective", OfGoal{&Goal::objective}, read_objective, {.lock = Written::always_now, .told = Told::both_sides}},
    Key{"scriptlet_deps", OfGoal{&Goal::scriptlet_deps}, read_scriptlet_deps, {.told = Told::both_sides}},
    Key{"os_release", OfGoal{&Goal::os_release}, read_bool, {.told = Told::both_sides}},
    Key{"prefer", OfGoal{&Goal::prefer}, read_preferences},
    Key{"avoid", OfGoal{&Goal::avoid}, read_preferences},
    Key{"package_penalty", OfGoal{&Goal::package_penalty}, read_size, {.told = Told::both_sides}},
    Key{"guard_rails", OfGoal{&Goal::guard_rails}, read_specs, {.told = Told::both_sides}},
    Key{"modules", &Selection::modules, read_modules},
    Key{"upgrade", &Selection::upgrade, read_upgrade, {.told = Told::both_sides}},
    Key{"group_package_types", &Selection::group_package_types, read_group_package_types},
    Key{"file_requirements",
        &Selection::file_requirements,
        FromFiles{},
        {.digest = Written::never, .noun = "requirement of the recipe's files"}},
    Key{"docs", &Selection::docs, read_bool, {Written::always, Written::never}},
    Key{"langs", &Selection::langs, read_langs, {Written::always, Written::never}},
};

/// The keys that decide what becomes of the chosen packages. Locks have none of them.
inline constexpr std::tuple recipe_keys{
    Key{"base", &Recipe::base, read_base, {.digest = Written::never}},
    Key{"arches", &Recipe::arches, ByLoad{}, {.digest = Written::never}},
    Key{"arch_drift", &Recipe::arch_drift, read_arch_drift, {.digest = Written::never}},
    Key{"localpkg_gpgcheck", &Recipe::localpkg_gpgcheck, read_bool, {.digest = Written::always}},
    Key{"rpmdb", &Recipe::rpmdb, read_rpmdb, {.digest = Written::always, .either_way = true}},
    Key{"content_sets", &Recipe::content_sets, read_content_sets},
    Key{"sbom", &Recipe::sboms, read_sboms, {.either_way = true}},
    Key{"scriptlets", &Recipe::scriptlets, read_scriptlets},
    Key{"scriptlets_left_out", &Recipe::scriptlets_left_out, read_specs},
    Key{"scriptlets_may_fail", &Recipe::scriptlets_may_fail, read_specs},
    Key{"owners", &Recipe::owners, read_owners},
    Key{"users", &Recipe::users, read_users, {.digest = Written::always}},
    Key{"files", &Recipe::files, read_files, {.digest = Written::always}},
    Key{"image", &Recipe::image, read_image, {.digest = Written::always}},
    Key{"trim", &Recipe::trim, read_trim},
    Key{"keep", &Recipe::keep, read_keep, {.either_way = true}},
    Key{"without", &Recipe::without, read_without},
    Key{"layers", &Recipe::layers, read_layers, {.either_way = true}},
    Key{"tests", &Recipe::tests, read_tests, {.digest = Written::always}},
    Key{"limits", &Recipe::limits, read_limits, {.digest = Written::never}},
    Key{"budget", &Recipe::budget, read_budget, {.digest = Written::never}},
};

/// Calls `visit` with each key of a table.
template <class Keys, class Visit>
constexpr void for_each_key(const Keys& keys, const Visit& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, keys);
}

/// The names of all keys that a recipe can have.
std::vector<std::string> key_names();

}  // namespace rootlet::recipe
