#include "solv/names.hpp"

#include <algorithm>

#include "universe.hpp"

namespace rootlet::solv {

std::vector<std::string> package_names(std::vector<RepoMetadata> repos, const std::string& arch,
                                       const std::filesystem::path& cache_dir, std::string_view prefix,
                                       Progress& progress) {
  UniverseContents contents;
  contents.repos = std::move(repos);
  contents.arch = arch;
  contents.cache_dir = cache_dir;
  const Universe universe(std::move(contents), progress);
  ::Pool& pool = universe.pool();
  std::vector<std::string> names;
  for (Id id = 2; id < pool.nsolvables; ++id) {  // 1 is the system
    const ::Solvable& package = pool.solvables[id];
    if (package.repo == nullptr || package.arch == ARCH_SRC || package.arch == ARCH_NOSRC) continue;
    const std::string_view name = pool_id2str(&pool, package.name);
    if (name.starts_with(prefix)) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace rootlet::solv
