#include "rootlet/build/resolve.hpp"

#include "rootlet/recipe/guard_rails.hpp"
#include "rootlet/recipe/recipe.hpp"
#include "rootlet/repo/metadata.hpp"
#include "rootlet/solv/solve.hpp"
#include "stopwatch.hpp"

namespace rootlet::build {
namespace {

/// The recipe's guard rails, or else the built-in ones; what the solver knows of features is built in.
void add_guard_rails(solv::Request& request, const std::optional<std::vector<RecipeItem>>& own) {
  recipe::GuardRails rails = recipe::guard_rails();
  if (own) {
    rails.keep_provider.clear();
    for (const RecipeItem& item : *own) rails.keep_provider.push_back(item.text);
  }
  request.keep_provider = std::move(rails.keep_provider);
  request.fewer_features = std::move(rails.fewer_features);
}

}  // namespace

Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress) {
  Resolved resolved;
  const repo::MetadataOptions options{environment.cache_dir, environment.offline};
  resolved.repos =
      timed(resolved.phases, "metadata", [&] { return repo::load_metadata(recipe.repos, options, progress); });
  solv::Request request;
  request.arch = recipe.arch;
  request.packages = recipe.packages;
  request.exclude = recipe.exclude;
  request.weak_deps = recipe.weak_deps;
  request.weak_deps_of = recipe.weak_deps_of;
  request.modules = recipe.modules;
  request.releasever = recipe.releasever;
  request.base_arch = recipe::base_arch(recipe.arch);
  request.goal = recipe.goal;
  request.group_package_types = recipe.group_package_types;
  request.goal = recipe.goal;
  add_guard_rails(request, recipe.goal.guard_rails);
  request.time_limit = environment.time_limit;
  request.cache_dir = environment.cache_dir;
  const solv::FilelistsLoader load_filelists = [&](std::vector<RepoMetadata>& repos) {
    for (RepoMetadata& metadata : repos) repo::load_filelists(metadata, options, progress);
  };
  const solv::CompsLoader load_comps = [&](std::vector<RepoMetadata>& repos) {
    for (RepoMetadata& metadata : repos) repo::load_comps(metadata, options, progress);
  };
  resolved.outcome =
      timed(resolved.phases, "solve", [&] { return solv::solve(request, resolved.repos, load_filelists, load_comps); });
  if (const auto* solution = std::get_if<Solution>(&resolved.outcome)) {
    for (const std::string& warning : solution->warnings) progress.warn(warning);
  }
  return resolved;
}

}  // namespace rootlet::build
