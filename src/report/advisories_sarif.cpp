#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "sarif.hpp"

namespace rootlet::report {
namespace {

Severity level_of(AdvisorySeverity severity) {
  switch (severity) {
    case AdvisorySeverity::critical:
    case AdvisorySeverity::important: return Severity::error;
    case AdvisorySeverity::moderate: return Severity::warning;
    case AdvisorySeverity::low:
    case AdvisorySeverity::unknown: break;
  }
  return Severity::note;
}

/// Text that depends on the advisory alone, so that a finding is known again whatever version is there.
std::string message_of(const Advisory& advisory, const analysis::AdvisoryHit& hit) {
  std::string text = advisory.title.empty() ? advisory.id : advisory.title;
  if (!advisory.cves.empty()) text += " (" + join(advisory.cves, ", ") + ")";
  return text + fmt::format("; {} has the fix in {}", hit.fixed.name, hit.fixed.evr());
}

}  // namespace

nlohmann::ordered_json to_sarif(const inspect::Target& target, const verbs::AdvisoryAnswer& answer) {
  std::vector<Finding> findings;
  std::deque<std::string> texts;  // rules borrow them
  SarifRun run{{}, findings, answer.not_looked_at};
  std::vector<bool> told(answer.advisories.size());
  for (const analysis::AdvisoryHit& hit : answer.hits.open) {
    const Advisory& advisory = answer.advisories.at(hit.advisory);
    const Severity level = level_of(advisory.severity);
    if (!told[hit.advisory]) {
      const std::string& title = texts.emplace_back(advisory.title.empty() ? advisory.id : advisory.title);
      run.rules.push_back({advisory.id, level, title, "Update the packages that it names"});
      told[hit.advisory] = true;
    }
    findings.push_back({advisory.id, level, target.graph.at(hit.package).nevra, "", message_of(advisory, hit),
                        "update to " + hit.fixed.evr(), hit.accepted});
  }
  return to_sarif(run, target.name);
}

}  // namespace rootlet::report
