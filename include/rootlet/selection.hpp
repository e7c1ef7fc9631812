#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// Whether an entry of `packages` names a group, an environment or a module: "@core", "@nodejs:20/minimal".
inline bool is_collection(std::string_view entry) noexcept { return entry.starts_with('@'); }

/// Which packages of a group are installed, as in DNF.
inline std::vector<std::string> default_group_package_types() { return {"conditional", "default", "mandatory"}; }

/// Which module streams packages may come from.
struct RecipeModules {
  std::vector<RecipeItem> enable;   ///< "nodejs:20"
  std::vector<RecipeItem> disable;  ///< "perl": not even its default stream
  std::string platform;             ///< "platform:el9"; empty: what the repositories say
};

/// Which packages of the base give way to newer ones of the repositories, beside those that something needs newer.
enum class Upgrade {
  none,
  security,  ///< those that an open security advisory is about
  all
};
std::string_view upgrade_name(Upgrade upgrade) noexcept;
std::optional<Upgrade> upgrade_of(std::string_view name) noexcept;

/// The key of a recipe that names the image to build on. All that it has is requested by it.
inline constexpr std::string_view base_key = "base";

/// Which weak dependencies count.
struct WeakDeps {
  bool all = false;
  std::vector<RecipeItem> of = {};  ///< or only what the packages that these match recommend
  [[nodiscard]] bool any() const noexcept { return all || !of.empty(); }
};

/// Demand of files that the recipe brings along: a capability as packages provide it, or a path of a package.
struct FileRequirement {
  RecipeItem item;        ///< "libz.so.1()(64bit)", "/usr/bin/python3"; the mark is that of the entry of `files`
  std::string path = {};  ///< the first file in the root that needs it; empty: a lock does not say which
  std::size_t files = 1;  ///< how many need it
};

/// The part of a recipe that says which packages are wanted: all that the solver is asked for. Each field is the key of
/// a recipe of this name, but for `file_requirements`; those of `goal` are keys, too. src/recipe/keys.hpp says what
/// becomes of each.
struct Selection {
  std::string releasever;
  std::string arch;                         ///< RPM's name of the architecture: x86_64
  std::map<std::string, std::string> vars;  ///< values of $name in addresses, beside $arch and the like
  std::vector<RecipeItem> packages;         ///< names, NEVRAs, globs, capabilities, paths, groups, local files
  std::vector<RecipeItem> exclude;          ///< names, NEVRAs, globs
  WeakDeps weak_deps;
  Goal goal;
  RecipeModules modules;
  Upgrade upgrade = Upgrade::none;
  std::vector<std::string> group_package_types = default_group_package_types();
  /// Sorted by capability, each once. Known once the files were looked into: make::look_into_files().
  std::vector<FileRequirement> file_requirements;
  bool docs = false;               ///< keep documentation
  std::vector<std::string> langs;  ///< locales to keep
};

}  // namespace rootlet
