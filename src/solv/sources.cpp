#include "sources.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace rootlet::solv {

std::vector<Package> sources_of(const Universe& universe, const std::vector<ChosenPackage>& packages) {
  std::set<std::string> wanted;
  for (const ChosenPackage& chosen : packages) {
    if (!chosen.package.in_base()) wanted.insert(chosen.package.source_rpm);
  }
  ::Pool& pool = universe.pool();
  std::map<Nevra, Id> found;
  for (::Repo* repo : universe.loaded()) {
    Id id = 0;
    ::Solvable* solvable = nullptr;
    FOR_REPO_SOLVABLES(repo, id, solvable) {
      if (solvable->arch != ARCH_SRC && solvable->arch != ARCH_NOSRC) continue;
      const Nevra nevra = nevra_of(pool, id);
      const std::string file = nevra.name + "-" + nevra.version + "-" + nevra.release + "." + nevra.arch + ".rpm";
      if (wanted.contains(file)) found.emplace(nevra, id);
    }
  }
  std::vector<Package> sources;
  for (const auto& [nevra, id] : found) sources.push_back(universe.package(id));
  return sources;
}

}  // namespace rootlet::solv
