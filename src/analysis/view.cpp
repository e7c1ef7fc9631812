#include "rootlet/analysis.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <queue>
#include <tuple>
#include <utility>

#include "analysis/groups.hpp"

namespace rootlet::analysis {
namespace {

using Adjacency = std::vector<std::vector<PackageId>>;

constexpr std::size_t far_away = std::numeric_limits<std::size_t>::max();
constexpr std::size_t nowhere = far_away;

Adjacency reversed(const Adjacency& next) {
  Adjacency before(next.size());
  for (std::uint32_t from = 0; from < next.size(); ++from) {
    for (const PackageId to : next[from]) before[index(to)].push_back(PackageId{from});
  }
  return before;
}

/// Steps from the nearest start, which are `first` steps away themselves.
std::vector<std::size_t> distances(const Adjacency& next, const std::vector<PackageId>& starts, std::size_t first) {
  std::vector<std::size_t> steps(next.size(), far_away);
  std::queue<PackageId> pending;
  for (const PackageId start : starts) {
    if (std::exchange(steps[index(start)], first) == far_away) pending.push(start);
  }
  while (!pending.empty()) {
    const PackageId at = pending.front();
    pending.pop();
    for (const PackageId to : next[index(at)]) {
      if (steps[index(to)] != far_away) continue;
      steps[index(to)] = steps[index(at)] + 1;
      pending.push(to);
    }
  }
  return steps;
}

/// Which packages, dependencies between them and roots a view has.
class Selection {
 public:
  Selection(const PackageGraph& graph, const ViewOptions& options) : options_(options) {
    const Adjacency next = adjacency(graph, options.kinds);
    std::vector<PackageId> named;
    for (const Root& root : graph.roots) named.insert(named.end(), root.packages.begin(), root.packages.end());
    below_ = distances(next, named, 1);
    reached_.resize(next.size());
    std::transform(below_.begin(), below_.end(), reached_.begin(), [](std::size_t steps) { return steps != far_away; });
    if (options.focus) {
      above_ = distances(reversed(next), {*options.focus}, 0);
      below_ = distances(next, {*options.focus}, 0);
    }
    if (options.kinds != Kinds{}) keep_connected(next, named);
  }

  [[nodiscard]] bool has(PackageId package) const { return is_above(package) || is_below(package); }

  [[nodiscard]] bool has(PackageId from, PackageId to) const {
    return (is_above(from) && is_above(to)) || (is_below(from) && is_below(to));
  }

  [[nodiscard]] bool names(PackageId package) const {
    if (!options_.focus) return is_below(package);
    return is_above(package) && (!options_.depth || above_[index(package)] < *options_.depth);
  }

  [[nodiscard]] bool has(const Root& root) const {
    return std::any_of(root.packages.begin(), root.packages.end(), [&](PackageId one) { return names(one); });
  }

  [[nodiscard]] bool reached(PackageId package) const { return reached_[index(package)]; }

 private:
  [[nodiscard]] bool within(std::size_t steps) const {
    return steps != far_away && (!options_.depth || steps <= *options_.depth);
  }
  [[nodiscard]] bool is_above(PackageId package) const { return options_.focus && within(above_[index(package)]); }
  [[nodiscard]] bool is_below(PackageId package) const {
    if (!connected_.empty() && !connected_[index(package)]) return false;
    // Packages that no root leads to have no distance, but are there.
    if (!options_.focus && !options_.depth) return true;
    return within(below_[index(package)]);
  }

  void keep_connected(const Adjacency& next, const std::vector<PackageId>& named) {
    connected_.resize(next.size());
    for (const PackageId package : named) connected_[index(package)] = true;
    if (options_.focus) connected_[index(*options_.focus)] = true;
    for (std::size_t from = 0; from < next.size(); ++from) {
      if (!next[from].empty()) connected_[from] = true;
      for (const PackageId to : next[from]) connected_[index(to)] = true;
    }
  }

  const ViewOptions& options_;
  std::vector<std::size_t> above_, below_;
  std::vector<bool> reached_, connected_;
};

class Builder {
 public:
  Builder(const PackageGraph& graph, const ViewOptions& options)
      : graph_(graph), options_(options), selection_(graph, options), ids_(node_ids(graph)) {}

  View build() {
    node_of_.assign(graph_.packages.size(), nowhere);
    add_roots();
    add_packages();
    add_edges();
    return std::move(view_);
  }

 private:
  void add_roots() {
    const auto ids = root_ids(graph_);
    for (std::size_t i = 0; i < graph_.roots.size(); ++i) {
      const Root& root = graph_.roots[i];
      if (!selection_.has(root)) continue;
      view_.nodes.push_back({ViewNode::Kind::root, ids[i], root.name, 0, root.packages, i});
    }
    roots_ = view_.nodes.size();
  }

  void add_packages() {
    const Groups groups = groups_of(graph_, options_.kinds);
    std::vector<std::vector<PackageId>> several;
    for (const std::vector<PackageId>& group : groups.members) {
      std::vector<PackageId> members;
      std::copy_if(group.begin(), group.end(), std::back_inserter(members),
                   [&](PackageId member) { return selection_.has(member); });
      if (members.empty()) continue;
      if (options_.collapse && members.size() > 1) {
        add_group(members);
      } else {
        for (const PackageId member : members) add_package(member);
        if (members.size() > 1) several.push_back(std::move(members));
      }
    }
    std::sort(view_.nodes.begin() + static_cast<std::ptrdiff_t>(roots_), view_.nodes.end(),
              [](const ViewNode& a, const ViewNode& b) { return a.id < b.id; });
    for (std::size_t i = roots_; i < view_.nodes.size(); ++i) {
      for (const PackageId package : view_.nodes[i].packages) node_of_[index(package)] = i;
    }
    for (const auto& members : several) add_cluster(members);
    std::sort(view_.clusters.begin(), view_.clusters.end(),
              [](const ViewCluster& a, const ViewCluster& b) { return a.id < b.id; });
  }

  void add_package(PackageId package) {
    const GraphPackage& one = graph_.at(package);
    view_.nodes.push_back({ViewNode::Kind::package,
                           ids_[index(package)],
                           one.nevra.name,
                           one.installed_size,
                           {package},
                           0,
                           selection_.reached(package),
                           options_.focus == package});
  }

  void add_group(const std::vector<PackageId>& members) {
    ViewNode node{ViewNode::Kind::group, group_id(members), {}, 0, members};
    PackageId largest = members.front();
    for (const PackageId member : members) {
      node.size += graph_.at(member).installed_size;
      node.reached = node.reached && selection_.reached(member);
      node.focus = node.focus || options_.focus == member;
      if (graph_.at(member).installed_size > graph_.at(largest).installed_size) largest = member;
    }
    node.label = graph_.at(largest).nevra.name + " + " + std::to_string(members.size() - 1);
    view_.nodes.push_back(std::move(node));
  }

  void add_cluster(const std::vector<PackageId>& members) {
    ViewCluster cluster{group_id(members), {}};
    for (const PackageId member : members) cluster.nodes.push_back(node_of_[index(member)]);
    std::sort(cluster.nodes.begin(), cluster.nodes.end());
    view_.clusters.push_back(std::move(cluster));
  }

  [[nodiscard]] std::string group_id(const std::vector<PackageId>& members) const {
    return "g-" + ids_[index(members.front())].substr(2);
  }

  void add_edges() {
    for (std::size_t i = 0; i < roots_; ++i) {
      const Root& root = graph_.roots[view_.nodes[i].root];
      for (const PackageId package : root.packages) {
        if (selection_.names(package)) edges_[{i, node_of_[index(package)]}];
      }
    }
    for (const Dependency& dependency : graph_.dependencies) {
      if (options_.kinds.has(dependency.kind) && selection_.has(dependency.from)) add_dependency(dependency);
    }
    for (auto& [ends, requirements] : edges_) {
      std::sort(requirements.begin(), requirements.end());
      KindClass strongest = requirements.empty() ? KindClass::runtime : KindClass::other;
      for (const ViewRequirement& one : requirements) strongest = std::min(strongest, class_of(one.kind));
      view_.edges.push_back({ends.first, ends.second, std::move(requirements), strongest});
    }
    std::sort(view_.unmet.begin(), view_.unmet.end(), [](const ViewUnmet& a, const ViewUnmet& b) {
      return std::tie(a.from, a.capability, a.kind) < std::tie(b.from, b.capability, b.kind);
    });
  }

  void add_dependency(const Dependency& dependency) {
    const std::size_t from = node_of_[index(dependency.from)];
    if (dependency.providers.empty()) {
      view_.unmet.push_back({from, dependency.capability, dependency.kind});
      return;
    }
    for (const PackageId provider : dependency.providers) {
      if (provider == dependency.from || !selection_.has(dependency.from, provider)) continue;
      const std::size_t to = node_of_[index(provider)];
      if (to == from) continue;
      ViewRequirement requirement{dependency.from, provider, dependency.capability, dependency.kind,
                                  dependency.condition};
      std::copy_if(dependency.providers.begin(), dependency.providers.end(), std::back_inserter(requirement.others),
                   [&](PackageId other) { return other != provider; });
      edges_[{from, to}].push_back(std::move(requirement));
    }
  }

  const PackageGraph& graph_;
  const ViewOptions& options_;
  const Selection selection_;
  const std::vector<std::string> ids_;
  View view_;
  std::size_t roots_ = 0;
  std::vector<std::size_t> node_of_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<ViewRequirement>> edges_;
};

/// Which edges between groups are in the transitive reduction (Aho, Garey, Ullman, SIAM J. Comput. 1972). A group comes
/// before those that it needs, so of two ways to a group the longer one starts with an earlier group.
std::vector<std::vector<GroupId>> reduction(const Groups& groups) {
  std::vector<std::vector<GroupId>> kept(groups.needs.size());
  std::vector<std::size_t> seen_by(groups.needs.size(), nowhere);
  std::vector<GroupId> pending;
  for (std::size_t from = 0; from < groups.needs.size(); ++from) {
    for (const GroupId to : groups.needs[from]) {
      if (seen_by[index(to)] == from) continue;
      kept[from].push_back(to);
      pending.push_back(to);
      seen_by[index(to)] = from;
      while (!pending.empty()) {
        const GroupId at = pending.back();
        pending.pop_back();
        for (const GroupId next : groups.needs[index(at)]) {
          if (std::exchange(seen_by[index(next)], from) != from) pending.push_back(next);
        }
      }
    }
  }
  return kept;
}

}  // namespace

View view_of(const PackageGraph& graph, const ViewOptions& options) {
  View view = Builder(graph, options).build();
  return options.reduce ? reduced(std::move(view)) : view;
}

View reduced(View view) {
  PackageGraph nodes;
  nodes.packages.resize(view.nodes.size());
  for (const ViewEdge& edge : view.edges) {
    if (edge.requirements.empty()) continue;
    nodes.dependencies.push_back(
        {static_cast<PackageId>(edge.from), {}, EdgeKind::runtime, {}, {static_cast<PackageId>(edge.to)}});
  }
  const Groups groups = groups_of(nodes);
  const auto kept = reduction(groups);
  view.implied += std::erase_if(view.edges, [&](const ViewEdge& edge) {
    const GroupId from = groups.of[edge.from];
    const GroupId to = groups.of[edge.to];
    const auto& of_group = kept[index(from)];
    return !edge.requirements.empty() && from != to && !std::binary_search(of_group.begin(), of_group.end(), to);
  });
  return view;
}

}  // namespace rootlet::analysis
