#include "held_keys.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "openpgp/fingerprints.hpp"
#include "rootlet/build.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {

std::vector<std::string> load_held_keys(const RepoSpec& repo, const repo::DownloadOptions& options,
                                        const HeldKeys& held) {
  std::vector<std::string> files = repo::load_keys(repo, options);
  const auto keys = held.find(repo.id);
  if (keys == held.end() || files.empty()) return files;
  bool any = false;
  for (std::string& file : files) {
    file = openpgp::only(file, keys->second);
    any = any || !file.empty();
  }
  if (any) return files;
  throw Error("none of its keys is one that the lock was made with: " + join(keys->second, ", "),
              "somebody may have exchanged the key; if its publisher has a new one, make the lock again");
}

void pin_keys(Lock& lock, const Recipe& recipe, const Environment& environment, Progress& progress) {
  for (LockedRepo& locked : lock.repos) {
    const auto spec = std::find_if(recipe.repos.begin(), recipe.repos.end(),
                                   [&](const RepoSpec& one) { return one.id == locked.id; });
    if (spec == recipe.repos.end() || (!spec->gpgcheck && !spec->repo_gpgcheck)) continue;
    try {
      std::set<std::string> all;
      for (const std::string& key : repo::load_keys(*spec, {environment.cache_dir, environment.offline})) {
        const std::vector<std::string> found = openpgp::fingerprints_in(key);
        all.insert(found.begin(), found.end());
      }
      locked.key_fingerprints = {all.begin(), all.end()};
    } catch (const Error& error) {
      progress.warn("the lock does not hold the keys of repository '" + locked.id + "': " + error.what());
    }
  }
}

}  // namespace rootlet::make
