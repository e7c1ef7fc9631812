#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/analysis.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/image.hpp"
#include "rootlet/package.hpp"
#include "rootlet/touched.hpp"

namespace rootlet::report {

/// Ways to a package, each from a root down: what `why` says of them.
std::string chains_text(const PackageGraph& graph, const analysis::Why& why);

/// The shortest of these ways, and from how many other roots there are some.
std::string way_text(const PackageGraph& graph, const analysis::Why& why);

/// "critical", or "without severity".
std::string severity_words(AdvisorySeverity severity);

/// Advisories, one a line after an indent: "RHSA-2026:0001, critical, CVE-2026-0001".
std::string advisory_names_text(const std::vector<AdvisoryName>& names, std::string_view indent);
/// Gaps in what advisories could be held against, one a line after an indent.
std::string not_looked_at_text(const std::vector<std::string>& parts, std::string_view indent);
/// [{"id", "severity", "cves"}].
nlohmann::ordered_json advisory_names_json(const std::vector<AdvisoryName>& names);

/// Heading above the packages that do not stay in the root.
inline constexpr const char* build_only_heading = "in the build only:\n";

/// NEVRA as text; nothing where there is no package.
std::string text_of(const std::optional<Nevra>& package);

/// "OCI image layout".
std::string what_is(image::Format format);

/// List of NEVRAs.
nlohmann::ordered_json nevras_json(const std::vector<Nevra>& packages);

/// Parts of a cause as its sentence has them; empty where there is none.
struct CauseWords {
  std::string root, package, capability, before, after;
};
CauseWords words_of(const ChangeCause& cause);
/// Sentence of a cause with other words in it.
std::string sentence(const PackageDiff& diff, const ChangeCause& cause, const CauseWords& words);

/// [{"package", "repo", "why", "detail", "capabilities"}].
nlohmann::ordered_json alternatives_json(const std::vector<Alternative>& alternatives);

/// Sizes in parentheses: "(67,600,000 bytes; 84.6 MB with what the recipe leaves out)"; the second part where headers
/// are known.
std::string sizes_text(const Totals& totals);

/// JSON of totals: {"packages", "installed_size", "kept_size", "download_size"}; kept_size where it is known.
nlohmann::ordered_json sums_json(const Totals& totals);

/// Words for how good a set is: "the smallest set that the recipe allows, proved by headers".
std::string proof_text(const Optimality& optimality);

/// Comparison with DNF's answer: "DNF's answer: 87 packages, 116,145,518 bytes, 16.3 MB more".
std::string dnf_text(const Solution& solution);

/// Lines for the choices that are known to cost features, one each, with how to undo it.
std::vector<std::string> losses_text(const Solution& solution);

/// Account of a choice: how good the set is, DNF's answer, and which features the choice costs; empty where the set is
/// DNF's.
std::string choice_text(const Solution& solution);

/// How a file was touched, as in the schema of traces.
nlohmann::ordered_json touch_json(const Touch& how);

}  // namespace rootlet::report
