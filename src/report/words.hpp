#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/diff.hpp"
#include "rootlet/package.hpp"

namespace rootlet::report {

/// Stands above the packages that do not stay in the root.
inline constexpr const char* build_only_heading = "in the build only:\n";

/// The NEVRA; nothing where there is no package.
std::string text_of(const std::optional<Nevra>& package);

/// Their NEVRAs.
nlohmann::ordered_json nevras_json(const std::vector<Nevra>& packages);

/// Parts of a cause as its sentence has them; empty where there is none.
struct CauseWords {
  std::string root, package, capability, before, after;
};
CauseWords words_of(const ChangeCause& cause);
/// The sentence of a cause with other words in it.
std::string sentence(const PackageDiff& diff, const ChangeCause& cause, const CauseWords& words);

/// [{"package", "repo", "why", "detail", "capabilities"}].
nlohmann::ordered_json alternatives_json(const std::vector<Alternative>& alternatives);

/// "(67,600,000 bytes; 84.6 MB with what the recipe leaves out)"; the second part where headers are known.
std::string sizes_text(const Totals& totals);

/// {"packages", "installed_size", "kept_size", "download_size"}; kept_size where it is known.
nlohmann::ordered_json sums_json(const Totals& totals);

/// "the smallest set that the recipe allows, proved by headers".
std::string proof_text(const Optimality& optimality);

/// "DNF's answer: 87 packages, 116,145,518 bytes, 16.3 MB more".
std::string dnf_text(const Solution& solution);

/// A line for each choice that is known to cost features, with the way back.
std::vector<std::string> losses_text(const Solution& solution);

/// How a set was chosen, against DNF's answer, and which features the choice costs; nothing where it is DNF's.
std::string choice_text(const Solution& solution);

}  // namespace rootlet::report
