#include "analysis/solution.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/roots.hpp"

namespace rootlet::analysis {
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
  std::map<std::tuple<PackageId, std::string, EdgeKind, Condition, std::string>, std::vector<PackageId>> met;
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

/// Requirements of packages that stay, met only by ones that leave, are idle, too.
std::optional<std::vector<IdleRequirement>> idle_of(const Solution& solution, Part part,
                                                    const std::map<std::string, PackageId>& by_nevra) {
  if (!solution.idle) return std::nullopt;
  std::vector<IdleRequirement> list;
  const auto note = [&](const RequiredBy& use) {
    const auto from = by_nevra.find(use.package);
    if (from != by_nevra.end()) list.push_back({from->second, use.capability});
  };
  for (const RequiredBy& use : *solution.idle) note(use);
  for (const ChosenPackage& chosen : solution.packages) {
    if (takes_part(chosen, part)) continue;
    for (const RequiredBy& use : chosen.reason.required_by) note(use);
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
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

}  // namespace

PackageGraph graph_of(const Solution& solution, Part part) {
  PackageGraph graph;
  std::map<std::string, PackageId> by_nevra;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!takes_part(chosen, part)) continue;
    by_nevra.emplace(chosen.package.nevra.str(), PackageId{static_cast<std::uint32_t>(graph.packages.size())});
    graph.packages.push_back({chosen.package.nevra, chosen.package.installed_size, std::nullopt,
                              chosen.package.obsoletes, chosen.package.offers, chosen.package.kept_size});
  }
  graph.dependencies = dependencies_of(solution, part, by_nevra);
  graph.idle = idle_of(solution, part, by_nevra);
  graph.roots = lines_of(solution, part, by_nevra);
  sort_roots(graph.roots);
  return graph;
}

}  // namespace rootlet::analysis
