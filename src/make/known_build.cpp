#include "rootlet/known_build.hpp"

#include "base.hpp"
#include "finished_builds.hpp"

namespace rootlet::make {

KnownBuild known_before(Recipe& recipe, const std::vector<RepoMetadata>& repos, const BuildOptions& options,
                        const Environment& environment, KnownBases& bases, Progress& progress) {
  look_into_files(recipe, environment, progress);
  const std::pair<std::string, std::string> base{recipe.base, recipe.selection.arch};
  auto digest = bases.find(base);
  if (digest == bases.end()) digest = bases.emplace(base, base_digest(recipe, environment, progress)).first;
  std::vector<RepoState> states;
  for (const RepoMetadata& repo : repos) {
    const auto& addresses = repo.spec.baseurl;
    states.push_back({repo.spec.id, addresses.empty() ? "" : addresses.front(), repo.repomd_sha256});
  }
  return {build_key(recipe, options, environment, states, digest->second), digest->second};
}

}  // namespace rootlet::make
