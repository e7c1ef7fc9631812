#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rootlet/build/build.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/suggestion.hpp"

namespace rootlet::report {

/// Two spaces of indent and a newline at the end: what --json prints. Text that is not UTF-8 is replaced.
std::string json_text(const nlohmann::ordered_json& json);

nlohmann::ordered_json to_json(const ChosenPackage& package);
/// {"packages": […], "build_only": […], "summary": {…}}: the contract of `solve --json`. "build_only" is there only
/// where packages take part in the build and leave; the summary does not count them, but for the download.
nlohmann::ordered_json to_json(const Solution& solution);
/// {"problems": [{"roots": [id…], "hints"}], "nodes": [{"id", "why", "sentence", …, "children": [id…]}], "changes"}.
nlohmann::ordered_json to_json(const Unsolvable& unsolvable);
nlohmann::ordered_json to_json(const build::BuildResult& result);

nlohmann::ordered_json to_json(const Suggestion& suggestion);

/// A table of packages with size and reason, those that take part in the build only apart, then the totals.
std::string to_text(const Solution& solution);
/// "33 packages", or "61 packages (10 more in the build only)".
std::string packages_text(const Solution& solution);
/// "33 packages, 19.6 MB installed (19,559,511 bytes), 8.1 MB to download", and a newline.
std::string totals_text(const Solution& solution);
/// Every package with all its reasons: the recipe's lines, what requires it, what it was chosen over and why.
std::string why_text(const Solution& solution);
/// One step of an explanation in words.
std::string sentence(const ProblemNode& node);
/// "nginx.yaml:9:11: remove 'zlib' from 'exclude'".
std::string sentence(const RecipeChange& change);
/// All problems as trees from the recipe to the cause, then hints and the changes that give a solution.
std::string to_text(const Unsolvable& unsolvable);
/// What there is to save, from the whole down to single lines; at the end what to paste into the recipe.
std::string to_text(const Suggestion& suggestion, const Recipe& recipe);
/// The summary of a build.
std::string to_text(const build::BuildResult& result);

}  // namespace rootlet::report
