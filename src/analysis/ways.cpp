#include <queue>
#include <tuple>

#include "rootlet/analysis/diff.hpp"

namespace rootlet::analysis {
namespace {

/// How many requirements that are not of run time, how many in all, then a fixed order.
using Length = std::tuple<std::size_t, std::size_t, PackageId>;

}  // namespace

std::vector<Step> ways(const PackageGraph& graph) {
  std::vector<std::vector<std::size_t>> below(graph.packages.size());
  for (std::size_t d = 0; d < graph.dependencies.size(); ++d) {
    below[index(graph.dependencies[d].from)].push_back(d);
  }
  std::vector<Step> steps(graph.packages.size());
  std::vector<std::pair<std::size_t, std::size_t>> best(graph.packages.size(), {SIZE_MAX, SIZE_MAX});
  std::priority_queue<Length, std::vector<Length>, std::greater<>> pending;
  const auto reach = [&](PackageId id, std::pair<std::size_t, std::size_t> length, Step step) {
    if (length >= best[index(id)]) return;
    best[index(id)] = length;
    steps[index(id)] = step;
    pending.emplace(length.first, length.second, id);
  };
  for (std::size_t r = 0; r < graph.roots.size(); ++r) {
    for (const PackageId id : graph.roots[r].packages) reach(id, {0, 0}, {Step::From::root, r, 0});
  }
  while (!pending.empty()) {
    const auto [other, all, at] = pending.top();
    pending.pop();
    if (best[index(at)] != std::pair(other, all)) continue;
    for (const std::size_t d : below[index(at)]) {
      const Dependency& one = graph.dependencies[d];
      const std::size_t more = one.kind == EdgeKind::runtime ? 0 : 1;
      for (const PackageId to : one.providers) reach(to, {other + more, all + 1}, {Step::From::package, 0, d});
    }
  }
  return steps;
}

}  // namespace rootlet::analysis
