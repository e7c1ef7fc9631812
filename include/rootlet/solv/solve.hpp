#pragma once

#include <filesystem>
#include <functional>
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
  std::string arch;                  ///< RPM's name of the target's architecture
  std::vector<RecipeItem> packages;  ///< names, NEVRAs, globs, capabilities, file paths, local .rpm files
  std::vector<RecipeItem> exclude;   ///< names, NEVRAs, globs
  bool weak_deps = false;
  std::filesystem::path cache_dir;  ///< where parsed metadata is kept as .solv files
};

/// Called when a requirement or a spec names a path that primary metadata does not list: sets `filelists`
/// of each repository that has them.
using FilelistsLoader = std::function<void(std::vector<RepoMetadata>&)>;

/// The set that DNF would install into an empty root, and why each package is in it; or what stands in the way.
/// Errors: metadata that cannot be parsed, a local .rpm file that cannot be read.
std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists);

}  // namespace rootlet::solv
