#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/audit.hpp"

namespace rootlet::report {

/// A run of SARIF: rules, findings of them, and what was not looked at.
struct SarifRun {
  std::vector<AuditRule> rules;  ///< those that were looked for
  const std::vector<Finding>& findings;
  const std::vector<std::string>& not_looked_at;
};

/// See to_sarif() of audits in rootlet/report.hpp.
nlohmann::ordered_json to_sarif(const SarifRun& run, std::string_view target);

}  // namespace rootlet::report
