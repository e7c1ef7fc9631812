#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/fleet_answer.hpp"

namespace rootlet::report {

/// Images with their sizes; bytes that are there once and again; libraries of several versions and where they are; what
/// is to be built again and why; what is out of line; bases. `all`: every image and library; else the first ones.
std::string to_text(const verbs::FleetAnswer& answer, bool all);
/// Targets that nothing is known of, for stderr.
std::string problems_text(const verbs::FleetAnswer& answer);
/// {"images", "failed", "bytes", "layers", "libraries", "rebuild", "not_looked_at", "outliers", "bases",
/// "common_base"}.
nlohmann::ordered_json to_json(const verbs::FleetAnswer& answer);
/// The same as one HTML page without scripts, which asks nothing of the network.
std::string fleet_page_text(const std::string& title, const verbs::FleetAnswer& answer);

/// A table for databases: each row has a value for each column, and where there is none, null.
struct FleetTable {
  std::string name;  ///< "packages"
  std::vector<std::string> columns;
  std::vector<nlohmann::ordered_json> rows;  ///< arrays, in the order of the columns
};

/// All facts of the answer: images, packages, libraries, layers, rebuilds, outliers, bases, common_base.
std::vector<FleetTable> fleet_tables(const verbs::FleetAnswer& answer);
/// RFC 4180, with a line of column names; null is an empty field.
std::string to_csv(const FleetTable& table);
/// An object in each line. `with_name`: its first key, "table", has the table's name.
std::string to_json_lines(const FleetTable& table, bool with_name);

/// Packages and requirements that keep most bytes over all images, the first `most` of each. With FleetRequest::costs.
std::string repo_report_text(const verbs::FleetAnswer& answer, std::size_t most);
/// {"workloads", "bytes", "failed", "packages": [{"package", "workloads", "own", "keeps"}], "requirements": [{"from",
/// "to", "workloads", "packages", "keeps"}]}.
nlohmann::ordered_json repo_report_json(const verbs::FleetAnswer& answer);

/// FleetRequest::explain: the shortest way in words, and what `why --json` says.
verbs::Explanation way_explanation(const inspect::Target& target, const analysis::Why& why);

}  // namespace rootlet::report
