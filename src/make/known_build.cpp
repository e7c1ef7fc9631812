#include "rootlet/known_build.hpp"

#include "base.hpp"
#include "finished_builds.hpp"

namespace rootlet::make {

KnownBuild known_before(Recipe& recipe, const std::vector<RepoMetadata>& repos, const BuildOptions& options,
                        const Environment& environment, Progress& progress) {
  look_into_files(recipe, environment, progress);
  KnownBuild known;
  if (const auto base = open_base(recipe, environment, "", progress)) known.base_digest = base->info.digest;
  std::vector<RepoState> states;
  for (const RepoMetadata& repo : repos) {
    const auto& addresses = repo.spec.baseurl;
    states.push_back({repo.spec.id, addresses.empty() ? "" : addresses.front(), repo.repomd_sha256});
  }
  known.key = build_key(recipe, options, environment, states, known.base_digest);
  return known;
}

}  // namespace rootlet::make
