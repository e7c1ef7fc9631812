#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "modules/modules.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::modules {

/// A stream that the recipe enables, and the entry that does so first.
struct Enabled {
  std::string stream;
  RecipeItem item;
};

/// A module that the recipe installs: an entry "@nodejs:20/minimal" of its packages.
struct Install {
  RecipeItem item;
  std::string module;
  std::string stream;
  std::string profile;              ///< may be a glob; empty: the default profiles
  std::vector<std::size_t> builds;  ///< those that the entry means, as indices into Facts::builds
};

/// Wishes of a recipe as to the modules that there are.
struct Choice {
  std::map<std::string, Enabled> enabled;  ///< by module
  std::set<std::string> disabled;
  std::vector<Install> installs;
  std::vector<RecipeItem> groups;  ///< entries "@…" that name no module
};

/// Holds the recipe's wishes against what the repositories have. An entry that names no stream means the one that is
/// enabled elsewhere, else the module's default stream, else its only one.
/// Errors (ErrorKind::usage, with the entry's place): unknown module or stream, no or two streams of one module.
/// `present`: streams ("nodejs:18") of packages that are there already. They count as enabled, as in DNF, where the
/// repositories have them and the recipe says nothing else of the module.
Choice choose(const Facts& facts, const RecipeModules& wanted, const std::vector<RecipeItem>& packages,
              const std::vector<std::string>& present = {});

/// The names of all modules, sorted.
std::vector<std::string> module_names(const Facts& facts);

}  // namespace rootlet::modules
