#include "analysis/roots.hpp"

#include <algorithm>
#include <tuple>

#include "analysis/groups.hpp"

namespace rootlet::analysis {

/// A group that no other package leads to is a root.
std::vector<Root> unrequired(const PackageGraph& graph) {
  const Groups groups = groups_of(graph);
  std::vector<bool> needed(groups.members.size());
  for (const auto& needs : groups.needs) {
    for (const GroupId each : needs) needed[index(each)] = true;
  }
  std::vector<Root> roots;
  for (std::size_t g = 0; g < groups.members.size(); ++g) {
    if (needed[g]) continue;
    const std::vector<PackageId>& members = groups.members[g];
    roots.push_back({Root::Kind::unrequired, graph.at(members.front()).nevra.name, {}, {}, members});
  }
  return roots;
}

std::vector<Root> user_installed(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  std::vector<Root> roots;
  for (const PackageId id : packages) {
    roots.push_back({Root::Kind::user_installed, graph.at(id).nevra.name, {}, {}, {id}});
  }
  return roots;
}

void sort_roots(std::vector<Root>& roots) {
  std::stable_sort(roots.begin(), roots.end(), [](const Root& a, const Root& b) {
    return std::tie(a.kind, a.mark.file, a.mark.line, a.mark.column, a.name, a.packages) <
           std::tie(b.kind, b.mark.file, b.mark.line, b.mark.column, b.name, b.packages);
  });
}

}  // namespace rootlet::analysis
