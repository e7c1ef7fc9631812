#include "rootlet/analysis.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "analysis/groups.hpp"

namespace rootlet::analysis {
namespace {

/// A node of the graph that dominators are sought in: 0 is the source, then come the roots, then the groups.
using Node = std::size_t;
constexpr Node source = 0;
constexpr Node unknown = std::numeric_limits<Node>::max();

/// From a source over roots to groups. It has no cycles, and every node comes after those that lead to it.
class Flow {
 public:
  explicit Flow(const PackageGraph& graph) : graph_(graph), groups_(groups_of(graph)) {
    const std::size_t count = 1 + graph.roots.size() + groups_.members.size();
    before_.resize(count);
    after_.resize(count);
    for (std::size_t r = 0; r < graph.roots.size(); ++r) {
      link(source, root_node(r));
      for (const PackageId package : graph.roots[r].packages) link(root_node(r), node_of(package));
    }
    for (std::size_t g = 0; g < groups_.members.size(); ++g) {
      // A group that nothing leads to would be no part of the flow.
      if (before_[group_node(g)].empty()) link(source, group_node(g));
      for (const GroupId needed : groups_.needs[g]) link(group_node(g), group_node(index(needed)));
    }
    find_dominators();
  }

  [[nodiscard]] Node root_node(std::size_t root) const { return 1 + root; }
  [[nodiscard]] Node node_of(PackageId package) const { return group_node(index(groups_.of[index(package)])); }

  /// Own size and exclusive size of each node.
  [[nodiscard]] std::vector<Cost> sums() const {
    std::vector<Cost> sums(before_.size());
    for (std::size_t g = 0; g < groups_.members.size(); ++g) {
      Cost& cost = sums[group_node(g)];
      cost.own = size_of(graph_, groups_.members[g]);
      cost.exclusive += cost.own;
      cost.exclusive_packages += groups_.members[g].size();
    }
    for (Node node = sums.size() - 1; node > source; --node) {
      sums[dominator_[node]].exclusive += sums[node].exclusive;
      sums[dominator_[node]].exclusive_packages += sums[node].exclusive_packages;
    }
    return sums;
  }

  /// The size of all that a node leads to, itself included.
  [[nodiscard]] std::uint64_t reach(Node from, const std::vector<Cost>& sums) const {
    std::vector<bool> seen(before_.size());
    std::vector<Node> pending{from};
    seen[from] = true;
    std::uint64_t size = 0;
    while (!pending.empty()) {
      const Node node = pending.back();
      pending.pop_back();
      size += sums[node].own;
      for (const Node next : after_[node]) {
        if (!seen[next]) pending.push_back(next);
        seen[next] = true;
      }
    }
    return size;
  }

 private:
  [[nodiscard]] Node group_node(std::size_t group) const { return 1 + graph_.roots.size() + group; }

  void link(Node from, Node to) {
    after_[from].push_back(to);
    before_[to].push_back(from);
  }

  /// Without cycles, a node's dominator is the nearest one that those of all its predecessors have in common.
  void find_dominators() {
    dominator_.assign(before_.size(), source);
    for (Node node = 1; node < before_.size(); ++node) {
      Node common = unknown;
      for (const Node from : before_[node]) common = common == unknown ? from : common_dominator(common, from);
      dominator_[node] = common;
    }
  }

  /// A dominator always comes before what it dominates.
  [[nodiscard]] Node common_dominator(Node a, Node b) const {
    while (a != b) {
      if (a > b) {
        a = dominator_[a];
      } else {
        b = dominator_[b];
      }
    }
    return a;
  }

  const PackageGraph& graph_;
  Groups groups_;
  std::vector<std::vector<Node>> before_, after_;
  std::vector<Node> dominator_;
};

std::vector<PackageId> places(const std::vector<bool>& which, bool value) {
  std::vector<PackageId> list;
  for (std::uint32_t i = 0; i < which.size(); ++i) {
    if (which[i] == value) list.push_back(PackageId{i});
  }
  return list;
}

}  // namespace

std::uint64_t size_of(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  return std::accumulate(packages.begin(), packages.end(), std::uint64_t{0},
                         [&](std::uint64_t sum, PackageId id) { return sum + graph.at(id).installed_size; });
}

std::vector<PackageId> root_packages(const PackageGraph& graph) {
  std::vector<PackageId> all;
  for (const Root& root : graph.roots) all.insert(all.end(), root.packages.begin(), root.packages.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::vector<bool> in_base(const PackageGraph& graph) {
  std::vector<bool> found(graph.packages.size());
  for (const Root& root : graph.roots) {
    if (root.kind != Root::Kind::base) continue;
    for (const PackageId id : root.packages) found[index(id)] = true;
  }
  return found;
}

std::size_t count_in_base(const PackageGraph& graph) {
  const std::vector<bool> all = in_base(graph);
  return static_cast<std::size_t>(std::count(all.begin(), all.end(), true));
}

std::vector<bool> reachable(const std::vector<std::vector<PackageId>>& next, const std::vector<PackageId>& starts) {
  std::vector<bool> seen(next.size());
  std::vector<PackageId> pending = starts;
  for (const PackageId id : starts) seen[index(id)] = true;
  while (!pending.empty()) {
    const PackageId at = pending.back();
    pending.pop_back();
    for (const PackageId to : next[index(at)]) {
      if (!seen[index(to)]) pending.push_back(to);
      seen[index(to)] = true;
    }
  }
  return seen;
}

std::vector<PackageId> unreached(const PackageGraph& graph) {
  return places(reachable(adjacency(graph), root_packages(graph)), false);
}

Costs costs(const PackageGraph& graph) {
  const Flow flow(graph);
  const std::vector<Cost> sums = flow.sums();
  // Many packages share a group.
  std::vector<std::uint64_t> reach(sums.size(), std::numeric_limits<std::uint64_t>::max());
  const auto cost_at = [&](Node node, std::uint64_t own) {
    if (reach[node] == std::numeric_limits<std::uint64_t>::max()) reach[node] = flow.reach(node, sums);
    return Cost{own, sums[node].exclusive, reach[node] - sums[node].exclusive, sums[node].exclusive_packages};
  };
  Costs all;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    all.packages.push_back(cost_at(flow.node_of(PackageId{i}), graph.packages[i].installed_size));
  }
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    all.roots.push_back(cost_at(flow.root_node(r), size_of(graph, graph.roots[r].packages)));
  }
  return all;
}

Remainder without(const PackageGraph& graph, const std::vector<PackageId>& gone, const Kinds& kinds) {
  auto next = adjacency(graph, kinds);
  std::vector<bool> is_gone(graph.packages.size());
  for (const PackageId id : gone) is_gone[index(id)] = true;
  for (auto& list : next) std::erase_if(list, [&](PackageId id) { return is_gone[index(id)]; });
  std::vector<PackageId> starts = root_packages(graph);
  for (const PackageId idle : unreached(graph)) starts.push_back(idle);
  std::erase_if(starts, [&](PackageId id) { return is_gone[index(id)]; });
  const std::vector<bool> stays = reachable(next, starts);
  Remainder result{places(stays, true), places(stays, false), {}};
  for (const Dependency& dependency : graph.dependencies) {
    const auto& by = dependency.providers;
    const bool weak = class_of(dependency.kind) == KindClass::weak;
    if (weak || !kinds.has(dependency.kind) || !stays[index(dependency.from)] || by.empty()) continue;
    if (std::none_of(by.begin(), by.end(), [&](PackageId id) { return stays[index(id)]; })) {
      result.in_need.push_back(dependency.from);
    }
  }
  result.in_need.erase(std::unique(result.in_need.begin(), result.in_need.end()), result.in_need.end());
  return result;
}

}  // namespace rootlet::analysis
