#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rootlet/model/history.hpp"
#include "rootlet/verbs/history.hpp"

namespace rootlet::report {

/// A line for each image and architecture: its last release and a small curve.
std::string overview_text(const std::vector<Timeline>& timelines);

/// The releases of an image as a curve that runs downwards, with what each changed and the largest causes of it.
std::string to_text(const Timeline& timeline);

/// {"images": [{"image", "arch", "records": [{"label", "date", "packages", "installed_size", …, "bytes", "causes"}]}]}.
nlohmann::ordered_json to_json(const std::vector<Timeline>& timelines);

/// Each limit, and where one is exceeded the causes: what changed, or without an earlier record the largest packages.
std::string to_text(const verbs::BudgetAnswer& answer);
/// {"image", "label", "arch", "over", "limits": [{"limit", "allowed", "found", "over"}], "since", "diff"}.
nlohmann::ordered_json to_json(const verbs::BudgetAnswer& answer);

}  // namespace rootlet::report
