#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/file_tree.hpp"
#include "rootlet/model/finding.hpp"
#include "rootlet/model/graph.hpp"
#include "rootlet/model/image_info.hpp"
#include "rootlet/model/installed.hpp"

namespace rootlet::analysis {

/// All rules, by severity (the worst first) and id.
std::span<const AuditRule> audit_rules();

/// The rule of that id; nullptr: there is none.
const AuditRule* audit_rule(std::string_view id);

/// Input of an audit, as target::Target has it.
struct AuditInput {
  std::string_view what;  ///< what the target is: "an RPM database"
  const PackageGraph& graph;
  const std::vector<InstalledPackage>& installed;  ///< as graph.packages, by place; or empty
  const FileTree* files = nullptr;
  const ImageInfo* image = nullptr;
};

struct Audit {
  std::vector<Finding> findings;           ///< the worst first, then by rule, package and path
  std::vector<std::string> not_looked_at;  ///< "files: the target is an RPM database"; sorted
  std::vector<std::string_view> rules;     ///< the ids of those that were looked for; sorted
};

/// Looks for everything that the input can tell. A rule whose input is not there does not fire, and
/// Audit::not_looked_at says so. Where there are no files but the packages' lists of them, what these say is looked at
/// instead.
Audit audit(const AuditInput& input);

/// The rule of what accept() finds; such findings cannot be accepted themselves.
inline constexpr std::string_view unused_acceptance = "unused-acceptance";

/// Marks the findings that the entries fit, each by the first that fits. An entry that fits none, though its rule was
/// looked for, becomes a finding of the rule unused_acceptance.
void accept(Audit& audit, const std::vector<Accepted>& accepted);

/// How many findings there are; accepted ones apart.
struct FindingCounts {
  std::size_t errors = 0, warnings = 0, notes = 0, accepted = 0;
};
FindingCounts count(const std::vector<Finding>& findings);

/// Whether there is a finding at this level or above that was not accepted.
bool fails(const std::vector<Finding>& findings, Severity level);

}  // namespace rootlet::analysis
