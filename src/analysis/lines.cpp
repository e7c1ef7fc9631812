#include "rootlet/analysis/lines.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <tuple>

namespace rootlet::analysis {
namespace {

using Index = std::size_t;

/// A set as a graph: from each package to those that meet its requirements.
class Graph {
 public:
  explicit Graph(const Solution& solution) : solution_(solution), edges_(solution.packages.size()) {
    std::map<std::string, Index> by_nevra;
    for (Index i = 0; i < solution.packages.size(); ++i) by_nevra[solution.packages[i].package.nevra.str()] = i;
    for (Index i = 0; i < solution.packages.size(); ++i) {
      for (const RequiredBy& use : solution.packages[i].reason.required_by) {
        const auto found = by_nevra.find(use.package);
        if (found != by_nevra.end()) edges_[found->second].push_back({i, &use});
      }
    }
  }

  /// How each package is reached first, breadth first: itself for a start, nothing where there is no way.
  struct Step {
    Index from = 0;
    const RequiredBy* use = nullptr;  ///< of the package reached; nullptr at a start
  };
  [[nodiscard]] std::vector<std::optional<Step>> reach(const std::set<Index>& starts) const {
    std::vector<std::optional<Step>> steps(edges_.size());
    std::queue<Index> pending;
    for (const Index start : starts) {
      steps[start] = Step{start, nullptr};
      pending.push(start);
    }
    while (!pending.empty()) {
      const Index at = pending.front();
      pending.pop();
      for (const Edge& edge : edges_[at]) {
        if (steps[edge.to]) continue;
        steps[edge.to] = Step{at, edge.use};
        pending.push(edge.to);
      }
    }
    return steps;
  }

  [[nodiscard]] std::vector<Hop> chain(const std::vector<std::optional<Step>>& steps, Index to) const {
    std::vector<Hop> hops;
    for (Index at = to; steps[at] && steps[at]->use != nullptr; at = steps[at]->from) {
      const RequiredBy& use = *steps[at]->use;
      hops.push_back({use.package, use.capability, use.kind, solution_.packages[at].package.nevra.str()});
    }
    std::reverse(hops.begin(), hops.end());
    return hops;
  }

 private:
  struct Edge {
    Index to;
    const RequiredBy* use;
  };
  const Solution& solution_;
  std::vector<std::vector<Edge>> edges_;
};

/// An entry of the recipe: its place and text.
using Entry = std::tuple<std::string, int, int, std::string>;

Entry entry_of(const Requested& requested) {
  return {requested.mark.file, requested.mark.line, requested.mark.column, requested.spec};
}

LineCost cost_of(const Solution& solution, const Graph& graph, const std::set<Index>& named,
                 const std::set<Index>& named_by_others, std::size_t most) {
  LineCost cost;
  const auto without = graph.reach(named_by_others);
  const auto steps = graph.reach(named);
  std::vector<Index> forced;
  for (Index i = 0; i < solution.packages.size(); ++i) {
    if (without[i] || !steps[i]) continue;
    const Package& package = solution.packages[i].package;
    ++cost.retained.packages;
    cost.retained.installed_size += package.installed_size;
    cost.retained.download_size += package.download_size;
    if (!named.contains(i)) forced.push_back(i);
  }
  std::stable_sort(forced.begin(), forced.end(), [&](Index a, Index b) {
    return solution.packages[a].package.installed_size > solution.packages[b].package.installed_size;
  });
  forced.resize(std::min(forced.size(), most));
  for (const Index i : forced) {
    const Package& package = solution.packages[i].package;
    cost.heaviest.push_back({package.nevra.str(), package.installed_size, graph.chain(steps, i)});
  }
  return cost;
}

}  // namespace

std::vector<LineCost> line_costs(const Solution& solution, std::size_t most) {
  std::map<Entry, std::set<Index>> named;
  for (Index i = 0; i < solution.packages.size(); ++i) {
    for (const Requested& requested : solution.packages[i].reason.requested) named[entry_of(requested)].insert(i);
  }
  const Graph graph(solution);
  std::vector<LineCost> costs;
  for (const auto& [entry, packages] : named) {
    std::set<Index> others;
    for (const auto& [other, its] : named) {
      if (other != entry) others.insert(its.begin(), its.end());
    }
    LineCost cost = cost_of(solution, graph, packages, others, most);
    cost.spec = std::get<3>(entry);
    cost.mark = {std::get<0>(entry), std::get<1>(entry), std::get<2>(entry)};
    costs.push_back(std::move(cost));
  }
  std::stable_sort(costs.begin(), costs.end(), [](const LineCost& a, const LineCost& b) {
    return a.retained.installed_size > b.retained.installed_size;
  });
  return costs;
}

}  // namespace rootlet::analysis
