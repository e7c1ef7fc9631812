#include "analysis/lines.hpp"

#include <algorithm>

#include "analysis/groups.hpp"
#include "analysis/solution.hpp"
#include "rootlet/analysis.hpp"

namespace rootlet::analysis {
namespace {

/// Packages that leave where a root does: all that the others do not lead to.
std::vector<PackageId> only_of(const PackageGraph& graph, std::size_t root) {
  std::vector<PackageId> others;
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    const auto& packages = graph.roots[r].packages;
    if (r != root) others.insert(others.end(), packages.begin(), packages.end());
  }
  const auto next = adjacency(graph);
  const auto kept = reachable(next, others);
  const auto own = reachable(next, graph.roots[root].packages);
  std::vector<PackageId> only;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    if (own[i] && !kept[i]) only.push_back(PackageId{i});
  }
  return only;
}

/// The first of the shortest ways from a root to a package.
std::vector<Hop> shortest_way(const PackageGraph& graph, std::size_t root, PackageId to) {
  std::vector<Hop> hops;
  for (const Chain& chain : chains_to(graph, to, {.most = 1}).chains) {
    if (chain.root != root) continue;
    for (std::size_t i = 0; i + 1 < chain.packages.size(); ++i) {
      const PackageId from = chain.packages[i];
      const Dependency& one = graph.dependencies[dependencies_between(graph, from, chain.packages[i + 1]).front()];
      hops.push_back({from, one.capability, one.kind, chain.packages[i + 1]});
    }
  }
  return hops;
}

LineCost cost_of(const Solution& solution, const PackageGraph& graph, std::size_t root, std::size_t most) {
  const auto& named = graph.roots[root].packages;
  LineCost cost;
  cost.spec = graph.roots[root].name;
  cost.mark = graph.roots[root].mark;
  std::vector<PackageId> forced;
  for (const PackageId id : only_of(graph, root)) {
    cost.retained.add(solution.packages[index(id)].package);
    if (!std::binary_search(named.begin(), named.end(), id)) forced.push_back(id);
  }
  std::stable_sort(forced.begin(), forced.end(),
                   [&](PackageId a, PackageId b) { return graph.at(a).size() > graph.at(b).size(); });
  forced.resize(std::min(forced.size(), most));
  for (const PackageId id : forced) cost.heaviest.push_back({id, shortest_way(graph, root, id)});
  return cost;
}

}  // namespace

std::vector<LineCost> line_costs(const Solution& solution, std::size_t most) {
  const PackageGraph graph = graph_of(solution, Part::whole);
  std::vector<LineCost> costs;
  for (std::size_t root = 0; root < graph.roots.size(); ++root) costs.push_back(cost_of(solution, graph, root, most));
  std::stable_sort(costs.begin(), costs.end(),
                   [](const LineCost& a, const LineCost& b) { return a.retained.size() > b.retained.size(); });
  return costs;
}

}  // namespace rootlet::analysis
