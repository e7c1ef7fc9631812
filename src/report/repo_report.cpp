#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/fleet_report.hpp"
#include "rootlet/report.hpp"
#include "table.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;
using verbs::FleetAnswer;

std::string more_lines(std::size_t all, std::size_t shown) {
  return all > shown ? fmt::format("and {} more\n", grouped(all - shown)) : "";
}

std::string hubs_text(const FleetAnswer& answer, std::size_t most) {
  std::vector<TableRow> rows{{"keeps", "itself", "workloads", "package"}};
  const std::size_t shown = std::min(answer.hubs.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    const analysis::FleetHub& one = answer.hubs[i];
    rows.push_back({human_size(one.bytes), human_size(one.own), grouped(one.images), one_line(one.name)});
  }
  return table_text(rows, {0, 1, 2}) + more_lines(answer.hubs.size(), shown);
}

std::string bridges_text(const FleetAnswer& answer, std::size_t most) {
  std::vector<TableRow> rows{{"keeps", "workloads", "packages", "requirement"}};
  const std::size_t shown = std::min(answer.bridges.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    const analysis::FleetBridge& one = answer.bridges[i];
    rows.push_back({human_size(one.bytes), grouped(one.images), grouped(one.packages),
                    one_line(one.from + " requires " + one.to)});
  }
  return table_text(rows, {0, 1, 2}) + more_lines(answer.bridges.size(), shown);
}

std::string signed_size(std::int64_t bytes) {
  return (bytes < 0 ? "-" : "") + human_size(static_cast<std::uint64_t>(bytes < 0 ? -bytes : bytes));
}

std::string what_if_text(const FleetAnswer& answer) {
  if (answer.what_if.empty()) return "";
  std::vector<TableRow> rows{{"won", "packages", "workloads", "requirement"}};
  std::string lost;
  for (const verbs::FleetWhatIf& one : answer.what_if) {
    const std::string name = one_line(one.from + " requires " + one.to);
    rows.push_back({signed_size(one.bytes), std::to_string(one.packages),
                    fmt::format("{} of {}", grouped(one.changed), grouped(one.recipes)), name});
    if (one.unsolvable > 0)
      lost += fmt::format("without '{}': {} without a solution\n", name, counted(one.unsolvable, "recipe"));
  }
  return "\nwhat would be won without a requirement, recipes solved again\n" + table_text(rows, {0, 1, 2}) + lost;
}

Json what_if_json(const FleetAnswer& answer) {
  Json all = Json::array();
  for (const verbs::FleetWhatIf& one : answer.what_if) {
    all.push_back({{"from", one.from},
                   {"to", one.to},
                   {"recipes", one.recipes},
                   {"changed", one.changed},
                   {"packages", one.packages},
                   {"bytes", one.bytes},
                   {"unsolvable", one.unsolvable}});
  }
  return all;
}

}  // namespace

std::string repo_report_text(const FleetAnswer& answer, std::size_t most) {
  if (answer.fleet.images.empty()) return "";
  return fmt::format("{}, {} in all\n\npackages by what would leave with them, in all workloads together\n",
                     counted(answer.fleet.images.size(), "workload"), human_size(answer.bytes.all)) +
         hubs_text(answer, most) + "\nrequirements by what only they lead to, in all workloads together\n" +
         bridges_text(answer, most) + what_if_text(answer);
}

Json repo_report_json(const FleetAnswer& answer) {
  Json failed = Json::array();
  for (const verbs::FleetFailure& one : answer.failures) failed.push_back(one.target);
  Json hubs = Json::array();
  for (const analysis::FleetHub& one : answer.hubs) {
    hubs.push_back({{"package", one.name}, {"workloads", one.images}, {"own", one.own}, {"keeps", one.bytes}});
  }
  Json bridges = Json::array();
  for (const analysis::FleetBridge& one : answer.bridges) {
    bridges.push_back({{"from", one.from},
                       {"to", one.to},
                       {"workloads", one.images},
                       {"packages", one.packages},
                       {"keeps", one.bytes}});
  }
  return {{"workloads", answer.fleet.images.size()},
          {"bytes", answer.bytes.all},
          {"failed", failed},
          {"packages", hubs},
          {"requirements", bridges},
          {"what_if", what_if_json(answer)}};
}

}  // namespace rootlet::report
