#include "loaded_repos.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "repo/metadata.hpp"

namespace rootlet::verbs {

LoadedRepos::Sources LoadedRepos::sources_of(const Recipe& recipe) {
  using nlohmann::json;
  json list = json::array();
  std::vector<RepoAccess> access;
  for (const RepoSpec& one : recipe.repos) {
    list.push_back({one.id, one.baseurl, one.metalink, one.mirrorlist, one.repo_gpgcheck, one.gpgkey, one.fingerprints,
                    one.weak_signatures, one.max_age.value_or(0)});
    access.push_back(one.access);
  }
  return {dump_json(list), std::move(access)};
}

std::variant<std::vector<RepoMetadata>, Error> LoadedRepos::of(const Recipe& recipe) {
  const Sources sources = sources_of(recipe);
  auto found = known_.find(sources);
  if (found == known_.end()) {
    std::variant<std::vector<RepoMetadata>, Error> loaded;
    try {
      loaded = repo::load_metadata(recipe.repos, {environment_.cache_dir, environment_.offline}, progress_);
    } catch (const Error& error) {
      progress_.abandon();
      loaded = error;
    }
    found = known_.emplace(sources, std::move(loaded)).first;
  }
  auto repos = found->second;
  if (auto* list = std::get_if<std::vector<RepoMetadata>>(&repos)) {
    for (std::size_t i = 0; i < list->size(); ++i) (*list)[i].spec = recipe.repos[i];
  }
  return repos;
}

}  // namespace rootlet::verbs
