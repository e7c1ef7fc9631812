#include "rootlet/analysis/find.hpp"

#include <algorithm>
#include <set>

#include "rootlet/base/error.hpp"
#include "rootlet/base/text.hpp"

namespace rootlet::analysis {
namespace {

bool is_called(const Nevra& nevra, std::string_view what) {
  const std::string version = nevra.name + "-" + nevra.version;
  const std::string release = version + "-" + nevra.release;
  const std::string full = nevra.name + "-" + nevra.evr();
  for (const std::string& form : {nevra.name, version, release, full}) {
    if (what == form || what == form + "." + nevra.arch) return true;
  }
  return false;
}

}  // namespace

std::vector<PackageId> find_packages(const PackageGraph& graph, std::string_view what) {
  std::vector<PackageId> found;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    if (is_called(graph.packages[i].nevra, what)) found.push_back(PackageId{i});
  }
  if (!found.empty()) return found;
  for (const Dependency& dependency : graph.dependencies) {
    if (dependency.capability != what) continue;
    found.insert(found.end(), dependency.providers.begin(), dependency.providers.end());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<PackageId> packages_named(const PackageGraph& graph, std::string_view what, const std::string& target) {
  std::vector<PackageId> found = find_packages(graph, what);
  if (!found.empty()) return found;
  std::set<std::string> names;
  for (const GraphPackage& package : graph.packages) names.insert(package.nevra.name);
  const std::vector<std::string> candidates(names.begin(), names.end());
  throw usage_error(target + ": there is no package '" + std::string(what) + "'" + did_you_mean(what, candidates),
                    "'rootlet tree " + target + "' shows what there is");
}

}  // namespace rootlet::analysis
