#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rootlet/analysis/audit.hpp"
#include "rootlet/analysis/files.hpp"
#include "rootlet/model/graph.hpp"

namespace rootlet::report {

/// Text from outside as part of a line: control characters, line ends among them, become visible.
std::string one_line(std::string_view text);

struct AuditTextOptions {
  bool all = false;       ///< every finding; else the first ones of each rule
  bool accepted = false;  ///< accepted findings, too
};

/// Findings by rule, one a line, the worst first; then how many there are, and what was not looked at.
std::string to_text(const analysis::Audit& audit, const AuditTextOptions& options);

/// {"findings": [{"rule", "severity", "package", "path", "message", "advice", "accepted"}], "rules": [{"id",
/// "severity", "title", "advice"}], "not_looked_at", "summary": {"errors", "warnings", "notes", "accepted"}}.
/// "accepted", the reason, is there only where the finding was accepted; such findings count as nothing else.
nlohmann::ordered_json to_json(const analysis::Audit& audit);

/// The same as SARIF 2.1.0 (OASIS Standard): one run; paths are relative to the root, packages logical locations,
/// accepted findings suppressed. What concerns no path is located at `target`, as the user named it. Fingerprints do
/// not depend on packages' versions, nor on sizes. Of more than 25,000 findings, as many as GitHub code scanning takes,
/// those of one rule, package and directory are one result; what is still too much is left out, the least first, and
/// told.
nlohmann::ordered_json to_sarif(const analysis::Audit& audit, std::string_view target);

/// By directory, by kind, the largest, duplicates; the same numbers as in the JSON, the longest lists cut.
std::string to_text(const analysis::FileCosts& costs);
/// {"files": {"bytes", "files", "unowned", "directories", "subdirectories", "kinds", "duplicates", "largest",
/// "packages": [{"package", "disk_size"}]}}. "duplicates" is there only where contents were read;
/// where nothing tells the packages, "not_looked_at" in place of "unowned".
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::FileCosts& costs);

}  // namespace rootlet::report
