#include "graph.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "rootlet/analysis/groups.hpp"

namespace rootlet::target {
namespace {

/// An entry of the recipe: its place and text.
using Entry = std::tuple<std::string, int, int, std::string>;

bool takes_part(const ChosenPackage& chosen, Part part) { return part == Part::whole || !chosen.build_only; }

/// A rich requirement that needs several packages at once; any provider of another one would do.
bool needs_all(const std::string& capability) {
  return form_of(capability) == CapabilityForm::rich && capability.find(" and ") != std::string::npos;
}

void sort_unique(std::vector<PackageId>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::vector<Dependency> dependencies_of(const Solution& solution, Part part,
                                        const std::map<std::string, PackageId>& by_nevra) {
  // What is asked of whom, and by whom it is met; the last part keeps apart what is needed at once.
  std::map<std::tuple<PackageId, std::string, EdgeKind, std::string, std::string>, std::vector<PackageId>> met;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!takes_part(chosen, part)) continue;
    const std::string nevra = chosen.package.nevra.str();
    for (const RequiredBy& use : chosen.reason.required_by) {
      const auto from = by_nevra.find(use.package);
      if (from == by_nevra.end()) continue;
      met[{from->second, use.capability, use.kind, use.condition, needs_all(use.capability) ? nevra : ""}].push_back(
          by_nevra.at(nevra));
    }
  }
  std::vector<Dependency> list;
  for (auto& [asked, providers] : met) {
    sort_unique(providers);
    list.push_back({std::get<0>(asked), std::get<1>(asked), std::get<2>(asked), std::get<3>(asked), providers});
  }
  std::sort(list.begin(), list.end());
  return list;
}

std::vector<Root> lines_of(const Solution& solution, Part part, const std::map<std::string, PackageId>& by_nevra) {
  std::map<Entry, Root> roots;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!takes_part(chosen, part)) continue;
    for (const Requested& requested : chosen.reason.requested) {
      const Mark& mark = requested.mark;
      Root& root = roots[{mark.file, mark.line, mark.column, requested.spec}];
      root.name = requested.spec;
      root.mark = mark;
      root.via = requested.via;
      root.packages.push_back(by_nevra.at(chosen.package.nevra.str()));
    }
  }
  std::vector<Root> list;
  for (auto& [entry, root] : roots) {
    sort_unique(root.packages);
    list.push_back(std::move(root));
  }
  return list;
}

/// A group that no other package leads to is a root.
std::vector<Root> unrequired(const PackageGraph& graph) {
  const analysis::Groups groups = analysis::groups_of(graph);
  std::vector<bool> needed(groups.members.size());
  for (const auto& needs : groups.needs) {
    for (const analysis::GroupId each : needs) needed[index(each)] = true;
  }
  std::vector<Root> roots;
  for (std::size_t g = 0; g < groups.members.size(); ++g) {
    if (needed[g]) continue;
    const std::vector<PackageId>& members = groups.members[g];
    roots.push_back({Root::Kind::unrequired, graph.at(members.front()).nevra.name, {}, {}, members});
  }
  return roots;
}

std::vector<Root> marked(const PackageGraph& graph, const std::set<std::string>& user_installed) {
  std::vector<Root> roots;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    const Nevra& nevra = graph.packages[i].nevra;
    if (!user_installed.contains(nevra.str()) && !user_installed.contains(nevra.name + "." + nevra.arch)) continue;
    roots.push_back({Root::Kind::user_installed, nevra.name, {}, {}, {PackageId{i}}});
  }
  return roots;
}

void sort_roots(std::vector<Root>& roots) {
  std::stable_sort(roots.begin(), roots.end(), [](const Root& a, const Root& b) {
    return std::tie(a.kind, a.mark.file, a.mark.line, a.mark.column, a.name, a.packages) <
           std::tie(b.kind, b.mark.file, b.mark.line, b.mark.column, b.name, b.packages);
  });
}

}  // namespace

PackageGraph graph_of(const Solution& solution, Part part) {
  PackageGraph graph;
  std::map<std::string, PackageId> by_nevra;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!takes_part(chosen, part)) continue;
    by_nevra.emplace(chosen.package.nevra.str(), PackageId{static_cast<std::uint32_t>(graph.packages.size())});
    graph.packages.push_back({chosen.package.nevra, chosen.package.installed_size});
  }
  graph.dependencies = dependencies_of(solution, part, by_nevra);
  graph.roots = lines_of(solution, part, by_nevra);
  sort_roots(graph.roots);
  return graph;
}

PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<std::set<std::string>>& user_installed) {
  PackageGraph graph;
  for (const InstalledPackage& package : set.packages) {
    graph.packages.push_back({package.nevra, package.installed_size});
  }
  graph.dependencies = set.dependencies;
  if (user_installed) graph.roots = marked(graph, *user_installed);
  if (graph.roots.empty()) graph.roots = unrequired(graph);
  sort_roots(graph.roots);
  return graph;
}

PackageGraph graph_of(const std::vector<InstalledPackage>& packages) {
  PackageGraph graph;
  for (const InstalledPackage& package : packages) graph.packages.push_back({package.nevra, package.installed_size});
  graph.roots = unrequired(graph);
  sort_roots(graph.roots);
  graph.dependencies_known = false;
  return graph;
}

}  // namespace rootlet::target
