#include "rootlet/build/resolve.hpp"

#include "rootlet/repo/metadata.hpp"
#include "rootlet/solv/solve.hpp"
#include "stopwatch.hpp"

namespace rootlet::build {

Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress) {
  Resolved resolved;
  const repo::MetadataOptions options{environment.cache_dir, environment.offline};
  resolved.repos =
      timed(resolved.phases, "metadata", [&] { return repo::load_metadata(recipe.repos, options, progress); });
  const solv::Request request{recipe.arch,      recipe.packages,     recipe.exclude,
                              recipe.weak_deps, recipe.weak_deps_of, environment.cache_dir};
  const solv::FilelistsLoader load_filelists = [&](std::vector<RepoMetadata>& repos) {
    for (RepoMetadata& metadata : repos) repo::load_filelists(metadata, options, progress);
  };
  resolved.outcome =
      timed(resolved.phases, "solve", [&] { return solv::solve(request, resolved.repos, load_filelists); });
  return resolved;
}

}  // namespace rootlet::build
