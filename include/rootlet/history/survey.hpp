#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/base/error.hpp"
#include "rootlet/base/progress.hpp"
#include "rootlet/build/resolve.hpp"
#include "rootlet/model/history.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/recipe/recipe.hpp"

namespace rootlet::history {

/// A release of a distribution: its name, and where its repositories are.
struct SurveyRelease {
  std::string label;
  std::filesystem::path repos_from;  ///< recipe::Overrides::repos_from; empty: the label is the releasever
};

/// "43", or "el10=el10.yaml". Error (ErrorKind::usage): the label is not one word, or the file is not named.
SurveyRelease release_of(const std::string& text);

/// Why there is no solution, in the words of whoever asked.
struct Explanation {
  std::string text;
  std::string json;
};

/// Recipes, each to be solved for each release and architecture.
struct SurveyRequest {
  std::vector<std::filesystem::path> recipes;
  std::vector<SurveyRelease> releases;
  std::vector<std::string> arches;  ///< RPM's names; none: each recipe's own
  recipe::Overrides overrides;      ///< goals; what is said here of releases and architectures does not count
  std::string date;                 ///< of all records: YYYY-MM-DD
  std::size_t at_once = 1;          ///< processes
  std::function<Explanation(const Unsolvable&)> explain;
};

/// What came of one recipe for one release and architecture.
struct SurveyAnswer {
  std::filesystem::path recipe;  ///< as named in the request
  std::string image;             ///< the recipe's name; of one that cannot be read, the file's
  std::string arch;              ///< empty: it was not asked for, and the recipe cannot be read
  std::string label;
  std::variant<HistoryRecord, Explanation, Error> outcome = Error("not solved");
  bool unchanged = false;  ///< the last record of this image, release and architecture says the same
  std::vector<std::string> warnings = {};
};

/// The answers to all, by recipe, architecture and release in the request's order.
struct Survey {
  std::vector<std::string> labels;
  std::vector<SurveyAnswer> answers;
};

/// Solves all that is asked for, each in a process of its own; what goes wrong with one is its answer. Repositories are
/// loaded once, so that all answers are about one state of them, and what several recipes need of their metadata is
/// parsed by one process before the others.
/// Errors (ErrorKind::usage), before anything is done: a recipe, release or architecture named twice, two recipes for
/// one image, an unknown architecture.
Survey survey(const SurveyRequest& request, const build::Environment& environment, Progress& progress);

/// Adds the records to the histories in `directory`, each file at once, but for those that say the same as the last one
/// there of their image, release and architecture, whatever its date. Warns of lines there that are no records.
void record(Survey& survey, const std::filesystem::path& directory, Progress& progress);

}  // namespace rootlet::history
