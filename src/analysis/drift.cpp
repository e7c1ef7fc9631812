#include "rootlet/drift.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"

namespace rootlet {

std::string sentence(const Drift& drift) {
  std::vector<std::string> parts;
  for (const Drift::Version& one : drift.versions) {
    parts.push_back(join(one.evrs, " and ") + " for " + join(one.arches, " and "));
  }
  return drift.name + " is " + join(parts, ", ");
}

}  // namespace rootlet

namespace rootlet::analysis {

std::vector<Drift> drift_between(const std::vector<SetOfArch>& sets) {
  // By name, then by architecture. A set may have several versions of one package, and one version for several
  // architectures, as 32-bit libraries.
  std::map<std::string, std::map<std::string, std::set<std::string>>> versions;
  for (const auto& [arch, solution] : sets) {
    for (const ChosenPackage& chosen : solution->packages) {
      versions[chosen.package.nevra.name][arch].insert(chosen.package.nevra.evr());
    }
  }
  std::vector<Drift> found;
  for (const auto& [name, by_arch] : versions) {
    Drift drift{name, {}};
    for (const auto& [arch, evrs] : by_arch) {
      const std::vector<std::string> list(evrs.begin(), evrs.end());
      const auto same = std::find_if(drift.versions.begin(), drift.versions.end(),
                                     [&list = list](const Drift::Version& one) { return one.evrs == list; });
      if (same == drift.versions.end()) {
        drift.versions.push_back({list, {arch}});
      } else {
        same->arches.push_back(arch);
      }
    }
    if (drift.versions.size() > 1) found.push_back(std::move(drift));
  }
  return found;
}

}  // namespace rootlet::analysis
