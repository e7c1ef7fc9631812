#include <algorithm>
#include <queue>
#include <tuple>

#include "analysis/diff.hpp"

namespace rootlet::analysis {
namespace {

/// How many requirements that would be met anyway, how many that are not of run time, how many in all.
using Length = std::tuple<std::size_t, std::size_t, std::size_t>;

/// Whether a package that is there anyway meets the requirement.
bool is_met_by(const Dependency& one, const std::vector<bool>& there) {
  return std::any_of(one.providers.begin(), one.providers.end(), [&](PackageId id) { return there[index(id)]; });
}

}  // namespace

std::vector<Step> ways(const PackageGraph& graph, const std::vector<bool>& there) {
  std::vector<std::vector<std::size_t>> below(graph.packages.size());
  for (std::size_t d = 0; d < graph.dependencies.size(); ++d) {
    below[index(graph.dependencies[d].from)].push_back(d);
  }
  std::vector<Step> steps(graph.packages.size());
  std::vector<Length> best(graph.packages.size(), {SIZE_MAX, SIZE_MAX, SIZE_MAX});
  using Pending = std::pair<Length, PackageId>;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending;
  const auto reach = [&](PackageId id, const Length& length, Step step) {
    if (length >= best[index(id)]) return;
    best[index(id)] = length;
    steps[index(id)] = step;
    pending.emplace(length, id);
  };
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    for (const PackageId id : graph.roots[r].packages) reach(id, {0, 0, 0}, {Step::From::root, r, 0});
  }
  while (!pending.empty()) {
    const auto [length, at] = pending.top();
    pending.pop();
    if (best[index(at)] != length) continue;
    const auto [spare, other, all] = length;
    for (const std::size_t d : below[index(at)]) {
      const Dependency& one = graph.dependencies[d];
      const std::size_t more = one.kind == EdgeKind::runtime ? 0 : 1;
      const std::size_t met = is_met_by(one, there) ? 1 : 0;
      for (const PackageId to : one.providers) {
        reach(to, {spare + (there[index(to)] ? 0 : met), other + more, all + 1}, {Step::From::package, 0, d});
      }
    }
  }
  return steps;
}

std::vector<Step> ways(const PackageGraph& graph) { return ways(graph, std::vector<bool>(graph.packages.size())); }

}  // namespace rootlet::analysis
