#pragma once

#include <map>
#include <string>
#include <vector>

#include "repo/download.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Fingerprints of keys by repository, as a lock has them.
using HeldKeys = std::map<std::string, std::vector<std::string>>;

/// Loads the keys of a repository as repo::load_keys() does; where `held` names it, those that stand there alone.
/// Errors: as repo::load_keys(); "none of its keys is one that the lock was made with: …".
std::vector<std::string> load_held_keys(const RepoSpec& repo, const repo::DownloadOptions& options,
                                        const HeldKeys& held);

}  // namespace rootlet::make
