#include "graph.hpp"

#include <algorithm>

#include "analysis/roots.hpp"

namespace rootlet::inspect {
namespace {

std::vector<std::string> offers_of(const InstalledPackage& package) {
  std::vector<std::string> offers = package.provides;
  for (const PackageFile& file : package.files) offers.push_back(file.path);
  std::sort(offers.begin(), offers.end());
  return offers;
}

}  // namespace

PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<InstallRecord>& record) {
  PackageGraph graph;
  std::vector<PackageId> asked_for;
  for (const InstalledPackage& package : set.packages) {
    const PackageId id{static_cast<std::uint32_t>(graph.packages.size())};
    graph.packages.push_back({package.nevra, package.installed_size, std::nullopt, package.obsoletes,
                              offers_of(package), package.kept_size});
    if (record && record->reason(package.nevra) != InstallReason::dependency) asked_for.push_back(id);
  }
  graph.dependencies = set.dependencies;
  graph.idle = set.idle;
  graph.clashes = set.clashes;
  graph.roots = asked_for.empty() ? analysis::unrequired(graph) : analysis::user_installed(graph, asked_for);
  analysis::sort_roots(graph.roots);
  return graph;
}

PackageGraph graph_of(const std::vector<InstalledPackage>& packages) {
  PackageGraph graph;
  for (const InstalledPackage& package : packages)
    graph.packages.push_back({package.nevra, package.installed_size, std::nullopt, package.obsoletes,
                              offers_of(package), package.kept_size});
  graph.roots = analysis::unrequired(graph);
  analysis::sort_roots(graph.roots);
  graph.dependencies_known = false;
  return graph;
}

}  // namespace rootlet::inspect
