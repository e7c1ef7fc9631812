#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::solv {

/// Names of all packages that these repositories have for an architecture and that begin like this: sorted, each once.
/// What an earlier run has left in the cache is used. Errors: as solve() has them of metadata.
std::vector<std::string> package_names(std::vector<RepoMetadata> repos, const std::string& arch,
                                       const std::filesystem::path& cache_dir, std::string_view prefix,
                                       Progress& progress);

}  // namespace rootlet::solv
