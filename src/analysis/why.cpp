#include "rootlet/analysis.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "analysis/groups.hpp"

namespace rootlet::analysis {
namespace {

using Lists = std::vector<std::vector<PackageId>>;

/// Whether roots still lead to the package over the dependencies that `keep` picks.
bool is_reached(const PackageGraph& graph, PackageId package, const std::function<bool(const Dependency&)>& keep) {
  Lists next(graph.packages.size());
  for (const Dependency& dependency : graph.dependencies) {
    if (!keep(dependency)) continue;
    auto& list = next[index(dependency.from)];
    list.insert(list.end(), dependency.providers.begin(), dependency.providers.end());
  }
  return reachable(next, root_packages(graph))[index(package)];
}

bool is_hard(const Dependency& dependency) {
  return class_of(dependency.kind) != KindClass::weak && !dependency.providers.empty();
}

/// By package, whether it cannot stay without `gone`: a requirement of its has no provider left.
std::vector<bool> broken_without(const PackageGraph& graph, PackageId gone) {
  std::vector<std::vector<std::size_t>> met_by(graph.packages.size());
  std::vector<std::size_t> left(graph.dependencies.size());
  for (std::size_t d = 0; d < graph.dependencies.size(); ++d) {
    if (!is_hard(graph.dependencies[d])) continue;
    left[d] = graph.dependencies[d].providers.size();
    for (const PackageId provider : graph.dependencies[d].providers) met_by[index(provider)].push_back(d);
  }
  std::vector<bool> broken(graph.packages.size());
  broken[index(gone)] = true;
  std::vector<PackageId> pending{gone};
  while (!pending.empty()) {
    const PackageId at = pending.back();
    pending.pop_back();
    for (const std::size_t d : met_by[index(at)]) {
      const PackageId from = graph.dependencies[d].from;
      if (--left[d] > 0 || broken[index(from)]) continue;
      broken[index(from)] = true;
      pending.push_back(from);
    }
  }
  return broken;
}

/// The minimum vertex cut between the starts and `to`, nearest to `to`. Each package but `to` may be cut once: it is
/// two nodes, 2i before the cut and 2i + 1 behind it, with one unit of flow between them.
class VertexCut {
 public:
  VertexCut(Lists next, const std::vector<PackageId>& starts, PackageId to)
      : next_(std::move(next)), starts_(starts), to_(index(to)), used_(next_.size()), flow_(next_.size()) {
    while (augment()) {
    }
  }

  /// The packages whose unit is used up and behind which `to` can be reached: the last cut before it.
  [[nodiscard]] std::vector<PackageId> nearest() const {
    const std::vector<bool> reaches = reaching_to();
    std::vector<PackageId> cut;
    for (std::uint32_t i = 0; i < next_.size(); ++i) {
      if (i != to_ && used_[i] && reaches[2 * i + 1] && !reaches[2 * i]) cut.push_back(PackageId{i});
    }
    return cut;
  }

 private:
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  /// Calls `each` with every node that has room left from `node`.
  template <class Each>
  void residual(std::size_t node, Each each) const {
    const std::size_t i = node / 2;
    if (node % 2 == 0) {
      if (!used_[i]) each(node + 1);
      // Flow that came in may be sent back.
      for (const std::size_t from : flow_[i]) each(2 * from + 1);
    } else {
      if (used_[i]) each(node - 1);
      for (const PackageId to : next_[i]) each(2 * index(to));
    }
  }

  bool augment() {
    std::vector<std::size_t> parent(2 * next_.size(), none);
    std::vector<std::size_t> line;
    for (const PackageId start : starts_) {
      const std::size_t node = 2 * index(start);
      if (parent[node] != none) continue;
      parent[node] = node;
      line.push_back(node);
    }
    for (std::size_t k = 0; k < line.size() && parent[2 * to_] == none; ++k) {
      residual(line[k], [&](std::size_t next) {
        if (parent[next] != none) return;
        parent[next] = line[k];
        line.push_back(next);
      });
    }
    if (parent[2 * to_] == none) return false;
    for (std::size_t node = 2 * to_; parent[node] != node; node = parent[node]) push(parent[node], node);
    return true;
  }

  void push(std::size_t from, std::size_t to) {
    if (from / 2 == to / 2) {
      used_[from / 2] = from < to;
    } else if (from % 2 == 1) {
      flow_[to / 2].push_back(from / 2);
    } else {
      auto& list = flow_[from / 2];
      list.erase(std::find(list.begin(), list.end(), to / 2));
    }
  }

  [[nodiscard]] std::vector<bool> reaching_to() const {
    std::vector<std::vector<std::size_t>> back(2 * next_.size());
    for (std::size_t node = 0; node < back.size(); ++node) {
      residual(node, [&](std::size_t next) { back[next].push_back(node); });
    }
    std::vector<bool> reaches(back.size());
    std::vector<std::size_t> pending{2 * to_};
    reaches[2 * to_] = true;
    while (!pending.empty()) {
      const std::size_t node = pending.back();
      pending.pop_back();
      for (const std::size_t from : back[node]) {
        if (!reaches[from]) pending.push_back(from);
        reaches[from] = true;
      }
    }
    return reaches;
  }

  Lists next_;
  const std::vector<PackageId>& starts_;
  std::size_t to_;
  std::vector<bool> used_;                      // by package: its unit of flow
  std::vector<std::vector<std::size_t>> flow_;  // by package: where flow comes in from
};

/// From each package that cannot stay without `gone` to those that it cannot do without.
Lists holding(const PackageGraph& graph, PackageId gone, const std::vector<bool>& broken) {
  Lists next(graph.packages.size());
  for (const Dependency& dependency : graph.dependencies) {
    const auto& by = dependency.providers;
    const auto is_broken = [&](PackageId id) { return broken[index(id)]; };
    if (dependency.from == gone || !is_hard(dependency) || !is_broken(dependency.from)) continue;
    if (!std::all_of(by.begin(), by.end(), is_broken)) continue;
    auto& list = next[index(dependency.from)];
    list.insert(list.end(), by.begin(), by.end());
  }
  for (auto& list : next) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return next;
}

Leaving leaving(const PackageGraph& graph, PackageId package) {
  Leaving result;
  const std::vector<bool> broken = broken_without(graph, package);
  for (std::uint32_t i = 0; i < broken.size(); ++i) {
    if (broken[i]) result.broken.push_back(PackageId{i});
  }
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    const auto& named = graph.roots[r].packages;
    if (std::binary_search(named.begin(), named.end(), package)) result.named_by.push_back(r);
  }
  std::vector<PackageId> starts;
  for (const PackageId start : root_packages(graph)) {
    if (broken[index(start)] && start != package) starts.push_back(start);
  }
  result.needed = !starts.empty() || !result.named_by.empty();
  for (const Dependency& dependency : graph.dependencies) {
    const auto& by = dependency.providers;
    if (dependency.from == package || !is_hard(dependency)) continue;
    if (std::find(by.begin(), by.end(), package) == by.end()) continue;
    // A 32-bit package that provides it, too, goes with the 64-bit one of its name.
    if (std::all_of(by.begin(), by.end(), [&](PackageId id) { return broken[index(id)]; })) {
      result.required_by.push_back(dependency.from);
    }
  }
  std::sort(result.required_by.begin(), result.required_by.end());
  result.required_by.erase(std::unique(result.required_by.begin(), result.required_by.end()), result.required_by.end());
  result.cut = VertexCut(holding(graph, package, broken), starts, package).nearest();
  return result;
}

}  // namespace

Why why(const PackageGraph& graph, PackageId package, const ChainOptions& options) {
  Why result{package, chains_to(graph, package, options), false, false, false, leaving(graph, package)};
  if (result.chains.chains.empty()) return result;
  const auto without_class = [&](KindClass kind) {
    return !is_reached(graph, package, [&](const Dependency& one) { return class_of(one.kind) != kind; });
  };
  result.only_scriptlet = without_class(KindClass::scriptlet);
  result.only_weak = without_class(KindClass::weak);
  result.only_conditional = !is_reached(graph, package, [](const Dependency& one) { return one.condition.empty(); });
  return result;
}

}  // namespace rootlet::analysis
