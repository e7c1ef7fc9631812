#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rootlet/history/survey.hpp"

namespace rootlet::report {

/// A table with a row for each image and architecture, and a column for each release; then what became of all, in one
/// line. `directory` is where the records are.
std::string to_text(const history::Survey& survey, const std::string& directory);

/// What went wrong, for stderr: errors, those of one recipe with the same cause in one line, and why there is no
/// solution.
std::string problems_text(const history::Survey& survey);

/// {"history", "releases": [label…], "images": [{"image", "arch", "recipe", "releases": [{"label", "outcome":
/// "recorded", "unchanged", "no_solution" or "failed", …}]}], "summary": {"recorded", …}}.
nlohmann::ordered_json to_json(const history::Survey& survey, const std::string& directory);

/// The explanation of history::SurveyRequest.
history::Explanation explanation(const Unsolvable& unsolvable);

}  // namespace rootlet::report
