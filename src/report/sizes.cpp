#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

/// Places in `costs`, sorted: most exclusive bytes first, then most bytes of their own.
std::vector<std::size_t> by_exclusive(const std::vector<analysis::Cost>& costs) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(costs[a].exclusive, costs[a].own) > std::pair(costs[b].exclusive, costs[b].own);
  });
  return order;
}

std::string cost_row(const analysis::Cost& cost, const std::string& name) {
  return fmt::format("{:>9} {:>9} {:>9} {:>9}  {}\n", human_size(cost.own), human_size(cost.exclusive),
                     grouped(cost.exclusive_packages), human_size(cost.shared), printable(name));
}

constexpr const char* heading = "      own exclusive  packages    shared  ";

std::string total_text(const PackageGraph& graph) {
  std::string text = fmt::format("{}, {} ({} bytes)", counted(graph.packages.size(), "package"),
                                 human_size(graph.installed_size()), grouped(graph.installed_size()));
  std::uint64_t on_disk = 0;
  std::uint64_t kept = 0;
  bool known = !graph.packages.empty();
  for (const GraphPackage& package : graph.packages) {
    known = known && package.disk_size.has_value();
    on_disk += package.disk_size.value_or(0);
    kept += package.size();
  }
  if (!known && kept != graph.installed_size()) {
    text += fmt::format(", {} without what is left out ({} bytes)", human_size(kept), grouped(kept));
  }
  if (known) text += fmt::format(", {} of files ({} bytes)", human_size(on_disk), grouped(on_disk));
  return text + "\n";
}

/// Files beside packages: "  22.0 MB  files of no package (31 files)".
std::string other_files_text(const PackageGraph& graph) {
  std::string text;
  for (const OtherFiles& one : graph.other_files.value_or(std::vector<OtherFiles>{})) {
    text += fmt::format("{:>9}  {} ({})\n", human_size(one.size),
                        one.origin.empty() ? "files of no package" : printable("files: " + one.origin),
                        counted(one.files, "file"));
  }
  return text.empty() ? "" : "\n" + text;
}

Json other_files_json(const std::vector<OtherFiles>& files) {
  Json all = Json::array();
  for (const OtherFiles& one : files) {
    Json entry{{"files", one.files}, {"size", one.size}};
    if (!one.origin.empty()) entry["origin"] = one.origin;
    all.push_back(std::move(entry));
  }
  return all;
}

/// Bytes of packages that several roots share, so that no root alone keeps them.
std::uint64_t of_several(const PackageGraph& graph, const analysis::Costs& costs) {
  std::uint64_t rest = graph.installed_size();
  for (const analysis::Cost& cost : costs.roots) rest -= cost.exclusive;
  const std::vector<PackageId> idle = analysis::unreached(graph);
  return rest - analysis::size_of(graph, idle);
}

Json cost_json(const analysis::Cost& cost) {
  return {{"own", cost.own},
          {"exclusive", cost.exclusive},
          {"exclusive_packages", cost.exclusive_packages},
          {"shared", cost.shared}};
}

Json packages_json(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  Json list = Json::array();
  for (const PackageId id : packages) {
    list.push_back({{"package", graph.at(id).nevra.str()}, {"installed_size", graph.at(id).installed_size}});
  }
  return list;
}

Json totals_json(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  return {{"packages", packages.size()}, {"installed_size", analysis::size_of(graph, packages)}};
}

}  // namespace

std::string to_text(const PackageGraph& graph, const analysis::Costs& costs) {
  std::string text = std::string(heading) + "root\n";
  for (const std::size_t r : by_exclusive(costs.roots))
    text += cost_row(costs.roots[r], root_text(graph, graph.roots[r]));
  if (const std::uint64_t several = of_several(graph, costs); several > 0) {
    text += fmt::format("{:>9} {:>9} {:>9} {:>9}  {}\n", "", human_size(several), "", "", "of several roots");
  }
  if (const auto idle = analysis::unreached(graph); !idle.empty()) {
    text += fmt::format("{:>9} {:>9} {:>9} {:>9}  {}\n", "", human_size(analysis::size_of(graph, idle)),
                        grouped(idle.size()), "", "of no root");
  }
  text += "\n" + std::string(heading) + "package\n";
  for (const std::size_t p : by_exclusive(costs.packages)) {
    text += cost_row(costs.packages[p], graph.packages[p].nevra.str());
  }
  return text + other_files_text(graph) + total_text(graph);
}

Json to_json(const PackageGraph& graph, const analysis::Costs& costs) {
  Json roots = Json::array();
  for (const std::size_t r : by_exclusive(costs.roots)) {
    roots.push_back(root_json(graph, graph.roots[r]));
    roots.back().update(cost_json(costs.roots[r]));
  }
  Json packages = Json::array();
  for (std::size_t p = 0; p < graph.packages.size(); ++p) {
    Json one{{"package", graph.packages[p].nevra.str()}};
    one.update(cost_json(costs.packages[p]));
    if (graph.packages[p].disk_size) one["disk_size"] = *graph.packages[p].disk_size;
    packages.push_back(std::move(one));
  }
  const std::vector<PackageId> idle = analysis::unreached(graph);
  Json json{{"packages", packages},
            {"roots", roots},
            {"summary",
             {{"packages", graph.packages.size()},
              {"installed_size", graph.installed_size()},
              {"shared_by_roots", of_several(graph, costs)},
              {"of_no_root", analysis::size_of(graph, idle)}}}};
  if (graph.other_files) json["other_files"] = other_files_json(*graph.other_files);
  return json;
}

std::string to_text(const PackageGraph& graph, const analysis::Remainder& remainder) {
  const auto size = [&](const std::vector<PackageId>& of) { return analysis::size_of(graph, of); };
  const auto totals = [&](const char* verb, const std::vector<PackageId>& of) {
    return fmt::format("{}: {}, {} ({} bytes)\n", verb, counted(of.size(), "package"), human_size(size(of)),
                       grouped(size(of)));
  };
  std::vector<PackageId> leaving = remainder.leaving;
  std::stable_sort(leaving.begin(), leaving.end(),
                   [&](PackageId a, PackageId b) { return graph.at(a).installed_size > graph.at(b).installed_size; });
  std::string text = totals("leaves", leaving);
  for (const PackageId id : leaving) {
    text += fmt::format("{:>9}  {}\n", human_size(graph.at(id).installed_size), printable(graph.at(id).nevra.str()));
  }
  text += totals("remains", remainder.staying);
  if (remainder.in_need.empty()) return text;
  text += fmt::format("{} of these {} what leaves:\n", grouped(remainder.in_need.size()),
                      remainder.in_need.size() == 1 ? "requires" : "require");
  for (const PackageId id : remainder.in_need) text += "  " + printable(graph.at(id).nevra.str()) + "\n";
  return text;
}

Json to_json(const PackageGraph& graph, const analysis::Remainder& remainder) {
  return {{"leaving", packages_json(graph, remainder.leaving)},
          {"staying", packages_json(graph, remainder.staying)},
          {"in_need", packages_json(graph, remainder.in_need)},
          {"summary",
           {{"leaving", totals_json(graph, remainder.leaving)}, {"staying", totals_json(graph, remainder.staying)}}}};
}

}  // namespace rootlet::report
