#include "analysis/solution.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/roots.hpp"

namespace rootlet::analysis {
namespace {

/// An entry of the recipe: its place and text.
using Entry = std::tuple<std::string, int, int, std::string>;

bool takes_part(const ChosenPackage& chosen, Part part) { return part == Part::whole || !chosen.build_only; }

/// By package of the solution, the one of the graph; none: it takes no part.
using Members = std::vector<std::optional<PackageId>>;

void sort_unique(std::vector<PackageId>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::vector<Dependency> dependencies_of(const Solution& solution, const Members& members) {
  // Requirements of each package, and those that meet them; the last part keeps apart what is needed at once.
  std::map<std::tuple<PackageId, std::string, EdgeKind, Condition, std::optional<std::uint32_t>>,
           std::vector<PackageId>>
      met;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!members[i]) continue;
    for (const RequiredBy& use : solution.packages[i].reason.required_by) {
      const auto from = members.at(index(use.package));
      if (!from) continue;
      const auto note = [&](std::optional<std::uint32_t> part) {
        met[{*from, use.capability, use.kind, use.condition, part}].push_back(*members[i]);
      };
      if (use.parts.empty()) note(std::nullopt);
      for (const std::uint32_t part : use.parts) note(part);
    }
  }
  std::vector<Dependency> list;
  for (auto& [asked, providers] : met) {
    sort_unique(providers);
    list.push_back({std::get<0>(asked), std::get<1>(asked), std::get<2>(asked), std::get<3>(asked), providers});
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

/// Requirements of packages that stay, met only by ones that leave, are idle, too.
std::optional<std::vector<IdleRequirement>> idle_of(const Solution& solution, const Members& members) {
  if (!solution.idle) return std::nullopt;
  std::vector<IdleRequirement> list;
  const auto note = [&](const RequiredBy& use) {
    if (const auto from = members.at(index(use.package))) list.push_back({*from, use.capability});
  };
  for (const RequiredBy& use : *solution.idle) note(use);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i]) continue;
    for (const RequiredBy& use : solution.packages[i].reason.required_by) note(use);
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

std::vector<Root> lines_of(const Solution& solution, const Members& members) {
  std::map<Entry, Root> roots;
  Root base{Root::Kind::base, "base"};
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!members[i]) continue;
    const bool in_base = solution.packages[i].package.in_base();
    if (in_base) base.packages.push_back(*members[i]);
    for (const Requested& requested : solution.packages[i].reason.requested) {
      const Mark& mark = requested.mark;
      if (in_base && mark.file.empty()) continue;  // "base"
      Root& root = roots[{mark.file, mark.line, mark.column, requested.spec}];
      root.name = requested.spec;
      root.mark = mark;
      root.via = requested.via;
      root.packages.push_back(*members[i]);
    }
  }
  std::vector<Root> list;
  for (auto& [entry, root] : roots) {
    sort_unique(root.packages);
    list.push_back(std::move(root));
  }
  if (!base.packages.empty()) list.push_back(std::move(base));
  return list;
}

}  // namespace

PackageGraph graph_of(const Solution& solution, Part part) {
  PackageGraph graph;
  Members members(solution.packages.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!takes_part(solution.packages[i], part)) continue;
    const Package& package = solution.packages[i].package;
    members[i] = package_id(graph.packages.size());
    graph.packages.push_back(
        {package.nevra, package.installed_size, std::nullopt, package.obsoletes, package.offers, package.kept_size});
  }
  graph.dependencies = dependencies_of(solution, members);
  graph.idle = idle_of(solution, members);
  graph.roots = lines_of(solution, members);
  sort_roots(graph.roots);
  return graph;
}

std::vector<std::vector<Alternative>> alternatives_of(const Solution& solution, Part part) {
  std::vector<std::vector<Alternative>> all;
  for (const ChosenPackage& chosen : solution.packages) {
    if (takes_part(chosen, part)) all.push_back(chosen.reason.alternatives);
  }
  return all;
}

}  // namespace rootlet::analysis
