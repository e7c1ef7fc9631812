#include <algorithm>
#include <utility>
#include <vector>

#include "base/fs.hpp"
#include "held_keys.hpp"
#include "repo/access.hpp"
#include "repo/download.hpp"
#include "rootlet/build.hpp"
#include "rootlet/recipe_file.hpp"
#include "verify.hpp"

namespace rootlet::make {

FetchResult fetch(const Lock& lock, const fs::path& out, const std::vector<RepoSpec>& known,
                  const Environment& environment, Progress& progress) {
  std::vector<RepoSpec> repos;
  HeldKeys held;
  const Selection& asked = lock.selection;
  const auto variables = recipe::variables_of(asked.arch, asked.releasever, asked.vars);
  for (const LockedRepo& locked : lock.repos) {
    RepoSpec spec;
    spec.id = locked.id;
    spec.baseurl = locked.baseurl;
    spec.metalink = locked.metalink;
    spec.mirrorlist = locked.mirrorlist;
    spec.gpgkey = locked.gpgkey;
    if (!locked.key_fingerprints.empty()) held[locked.id] = locked.key_fingerprints;
    spec.variables = variables;
    const auto same =
        std::find_if(known.begin(), known.end(), [&](const RepoSpec& one) { return one.id == locked.id; });
    if (same != known.end()) spec.access = same->access;
    repos.push_back(std::move(spec));
  }
  make_dirs(out);
  repo::DownloadOptions options{out, environment.offline};
  options.renewal = "make the lock again with 'rootlet lock'";
  const std::vector<Package> packages = packages_of(Solution{lock.packages});
  repo::warn_of_access(repos, progress);
  repo::download_packages(packages, repos, options, progress);
  for (const RepoSpec& spec : repos) load_held_keys(spec, options, held);
  FetchResult result{packages.size(), 0};
  for (const Package& package : packages) result.bytes += package.download_size;
  return result;
}

}  // namespace rootlet::make
