#include "graph.hpp"

#include "rootlet/analysis/roots.hpp"

namespace rootlet::target {

PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<std::set<std::string>>& user_installed) {
  PackageGraph graph;
  for (const InstalledPackage& package : set.packages) {
    graph.packages.push_back({package.nevra, package.installed_size});
  }
  graph.dependencies = set.dependencies;
  if (user_installed) graph.roots = analysis::marked(graph, *user_installed);
  if (graph.roots.empty()) graph.roots = analysis::unrequired(graph);
  analysis::sort_roots(graph.roots);
  return graph;
}

PackageGraph graph_of(const std::vector<InstalledPackage>& packages) {
  PackageGraph graph;
  for (const InstalledPackage& package : packages) graph.packages.push_back({package.nevra, package.installed_size});
  graph.roots = analysis::unrequired(graph);
  analysis::sort_roots(graph.roots);
  graph.dependencies_known = false;
  return graph;
}

}  // namespace rootlet::target
