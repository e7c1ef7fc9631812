#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/model/package.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/repository.hpp"

namespace rootlet::solv {

/// What is asked of the solver.
struct Request {
  std::string arch;                      ///< RPM's name of the target's architecture
  std::vector<RecipeItem> packages;      ///< as in a recipe
  std::vector<RecipeItem> exclude;       ///< names, NEVRAs, globs
  bool weak_deps = false;                ///< follow all weak dependencies
  std::vector<RecipeItem> weak_deps_of;  ///< or only what the packages that these match recommend
  RecipeModules modules;                 ///< which module streams packages may come from
  std::string releasever;                ///< says which platform modules are for, where packages do not
  std::string base_arch;                 ///< RPM's base architecture of the target; empty: as arch
  std::vector<std::string> group_package_types = default_group_package_types();
  Goal goal;  ///< which of the sets that satisfy this is wanted; guard_rails: not looked at
  std::vector<std::string>
      keep_provider;  ///< capabilities, globs allowed, whose provider stays the one of DNF's answer
  std::map<std::string, std::string> fewer_features;  ///< by a small package's name: what it lacks, for Swap::loss
  double time_limit = 10;                             ///< seconds that proving a set the best may take
  std::filesystem::path cache_dir;                    ///< where parsed metadata is kept
};

/// Called when a requirement or a spec names a path that primary metadata does not list: sets `filelists`
/// of each repository that has them.
using FilelistsLoader = std::function<void(std::vector<RepoMetadata>&)>;

/// Called when an entry of `packages` names a group: sets `comps` of each repository that has groups.
using CompsLoader = std::function<void(std::vector<RepoMetadata>&)>;

/// The set that DNF would install into an empty root, and why each package is in it; or what stands in the way.
/// Errors: metadata that cannot be parsed, a local .rpm file that cannot be read; ErrorKind::usage: a module, stream,
/// profile or group that there is not, an entry of weak_deps_of that matches no package, with the entry's place.
std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists, const CompsLoader& load_comps = {});

}  // namespace rootlet::solv
