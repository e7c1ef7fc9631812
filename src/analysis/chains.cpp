#include <algorithm>
#include <limits>

#include "analysis/groups.hpp"
#include "rootlet/analysis.hpp"

namespace rootlet::analysis {
namespace {

using Lists = std::vector<std::vector<PackageId>>;
constexpr std::size_t far = std::numeric_limits<std::size_t>::max();
/// Steps that looking for all chains of a root may take.
constexpr std::size_t most_steps = 1'000'000;

Lists reversed(const Lists& next) {
  Lists before(next.size());
  for (std::uint32_t from = 0; from < next.size(); ++from) {
    for (const PackageId to : next[from]) before[index(to)].push_back(PackageId{from});
  }
  return before;
}

/// By package, the number of steps from it to `to`.
std::vector<std::size_t> distances(const Lists& next, PackageId to) {
  const Lists before = reversed(next);
  std::vector<std::size_t> distance(next.size(), far);
  distance[index(to)] = 0;
  std::vector<PackageId> line{to};
  for (std::size_t i = 0; i < line.size(); ++i) {
    for (const PackageId from : before[index(line[i])]) {
      if (distance[index(from)] != far) continue;
      distance[index(from)] = distance[index(line[i])] + 1;
      line.push_back(from);
    }
  }
  return distance;
}

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

/// Lists chains by depth-first search over packages that lead to the one in question, with a stack of its own: chains
/// may be long.
class Search {
 public:
  Search(const Lists& next, const std::vector<std::size_t>& distance, PackageId to, std::size_t root, std::size_t most,
         std::vector<Chain>& into)
      : next_(next), distance_(distance), to_(to), root_(root), most_(most), into_(into), on_way_(next.size()) {}

  /// The shortest chains, as many as are listed; they never meet a package twice.
  void shortest(PackageId from) {
    walk(from, [this](PackageId at, PackageId to) {
      return found_ < most_ && distance_[index(to)] != far && distance_[index(to)] + 1 == distance_[index(at)];
    });
  }

  /// All chains. False when it was cut short.
  bool all(PackageId from) {
    walk(from, [this](PackageId, PackageId to) {
      return !on_way_[index(to)] && distance_[index(to)] != far && steps_ <= most_steps && ++steps_ <= most_steps;
    });
    return steps_ <= most_steps;
  }

  [[nodiscard]] std::size_t found() const noexcept { return found_; }

 private:
  /// Goes from `at` on to `to` where `takes(at, to)`.
  template <class Takes>
  void walk(PackageId from, Takes takes) {
    enter(from);
    while (!way_.empty()) {
      const PackageId at = way_.back();
      const std::vector<PackageId>& list = next_[index(at)];
      if (at == to_ || places_.back() == list.size()) {
        leave();
        continue;
      }
      const PackageId to = list[places_.back()++];
      if (takes(at, to)) enter(to);
    }
  }

  void enter(PackageId package) {
    way_.push_back(package);
    places_.push_back(0);
    on_way_[index(package)] = true;
    if (package == to_ && found_++ < most_) into_.push_back({root_, way_});
  }

  void leave() {
    on_way_[index(way_.back())] = false;
    way_.pop_back();
    places_.pop_back();
  }

  const Lists& next_;
  const std::vector<std::size_t>& distance_;
  PackageId to_;
  std::size_t root_;
  std::size_t most_;
  std::vector<Chain>& into_;
  std::vector<bool> on_way_;
  std::vector<PackageId> way_;
  std::vector<std::size_t> places_;  // by step of the way: in next_, where to go on
  std::size_t found_ = 0;
  std::size_t steps_ = 0;
};

/// By package, how many shortest chains lead from it to `to`. A count that is too large stays at the largest number.
std::vector<std::uint64_t> shortest_counts(const Lists& next, const std::vector<std::size_t>& distance, PackageId to) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < next.size(); ++i) {
    if (distance[i] != far) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return distance[a] < distance[b]; });
  std::vector<std::uint64_t> counts(next.size());
  counts[index(to)] = 1;
  for (const std::uint32_t from : order) {
    for (const PackageId via : next[from]) {
      if (distance[index(via)] + 1 == distance[from]) counts[from] = added(counts[from], counts[index(via)]);
    }
  }
  return counts;
}

}  // namespace

Chains chains_to(const PackageGraph& graph, PackageId package, const ChainOptions& options) {
  const Lists next = adjacency(graph);
  const auto distance = distances(next, package);
  const auto counts = shortest_counts(next, distance, package);
  Chains result;
  result.counts.assign(graph.roots.size(), 0);
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    const std::vector<PackageId>& named = graph.roots[r].packages;
    std::size_t nearest = far;
    for (const PackageId from : named) nearest = std::min(nearest, distance[index(from)]);
    if (nearest == far) continue;
    Search search(next, distance, package, r, options.most, result.chains);
    const std::size_t first = result.chains.size();
    bool complete = true;
    for (const PackageId from : named) {
      if (options.all && distance[index(from)] != far) complete = search.all(from) && complete;
      if (options.all || distance[index(from)] != nearest) continue;
      result.counts[r] = added(*result.counts[r], counts[index(from)]);
      search.shortest(from);
    }
    if (options.all) result.counts[r] = complete ? std::optional<std::uint64_t>(search.found()) : std::nullopt;
    std::stable_sort(result.chains.begin() + static_cast<std::ptrdiff_t>(first), result.chains.end(),
                     [](const Chain& a, const Chain& b) { return a.packages.size() < b.packages.size(); });
  }
  return result;
}

std::vector<std::size_t> dependencies_between(const PackageGraph& graph, PackageId from, PackageId to) {
  std::vector<std::size_t> places;
  const std::span<const Dependency> own = graph.dependencies_of(from);
  for (const Dependency& one : own) {
    if (!std::binary_search(one.providers.begin(), one.providers.end(), to)) continue;
    places.push_back(static_cast<std::size_t>(&one - graph.dependencies.data()));
  }
  return places;
}

}  // namespace rootlet::analysis
