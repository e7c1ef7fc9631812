#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/workers.hpp"
#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistorySurveyArguments {
  std::vector<std::string> recipes;
  std::vector<std::string> releases;
  std::vector<std::string> bases;
  std::vector<std::string> arches;
  std::string date;
  std::size_t at_once = processors();
  HistoryOptions history;
  RecipeOptions goal;
};

verbs::SurveyRequest request_of(const HistorySurveyArguments& options) {
  verbs::SurveyRequest request;
  request.recipes.assign(options.recipes.begin(), options.recipes.end());
  for (const std::string& text : options.releases) request.releases.push_back(verbs::release_of(text));
  for (const std::string& text : options.bases) request.bases.push_back(verbs::base_of(text));
  request.arches = options.arches;
  request.overrides = overrides_of(options.goal);
  request.date = options.date.empty() ? verbs::today() : options.date;
  request.at_once = options.at_once;
  request.explain = report::explanation;
  return request;
}

int exit_code_of(const verbs::Survey& survey) {
  bool failed = false;
  bool unsolved = false;
  for (const verbs::SurveyAnswer& answer : survey.answers) {
    failed = failed || std::holds_alternative<Error>(answer.outcome);
    unsolved = unsolved || std::holds_alternative<verbs::Explanation>(answer.outcome);
  }
  if (failed) return exit_code(ErrorKind::failure);
  return unsolved ? exit_code(ErrorKind::no_solution) : 0;
}

int run_survey(const HistorySurveyArguments& options, const Session& session) {
  verbs::Survey survey = verbs::survey(request_of(options), environment_of(session, options.goal), *session.progress);
  verbs::record(survey, options.history.directory, *session.progress);
  for (const verbs::SurveyAnswer& answer : survey.answers) {
    for (const std::string& warning : answer.warnings) {
      session.progress->warn(answer.recipe.string() + " for " + answer.label + ": " + warning);
    }
  }
  fmt::print(stderr, "{}", report::problems_text(survey));
  print(session.json ? report::json_text(report::to_json(survey, options.history.directory))
                     : report::to_text(survey, options.history.directory));
  return exit_code_of(survey);
}

}  // namespace

Action add_history_survey(CLI::App& app) {
  auto options = std::make_shared<HistorySurveyArguments>();
  app.add_option("RECIPE", options->recipes, "The recipes to solve; the image of each has the recipe's name")
      ->required();
  app.add_option(
         "--releases", options->releases,
         "The releases to solve for, with commas between them: each a releasever that the recipes' repositories "
         "use, or NAME=FILE, where FILE has the repositories, releasever and modules of that release (default: the "
         "recipes' own, by the name of the date)")
      ->delimiter(',')
      ->type_name("RELEASE,…");
  app.add_option(
         "--bases", options->bases,
         "The images to solve on, with commas between them, in place of the recipes' bases: each as rootlet why "
         "takes it, or NAME=IMAGE; counted is what a recipe adds to each")
      ->delimiter(',')
      ->type_name("IMAGE,…");
  app.add_option("--arches", options->arches,
                 "The architectures to solve for (default: each recipe's, else this machine's)")
      ->delimiter(',')
      ->type_name("ARCH,…");
  app.add_option("--date", options->date, "The records' date (default: SOURCE_DATE_EPOCH's, else today's, in UTC)")
      ->type_name("YYYY-MM-DD");
  app.add_option("--jobs", options->at_once, "How many to solve at once (default: one for each processor)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  add_history_option(app, options->history);
  add_goal_options(app, options->goal, "");
  return [options](const Session& session) { return run_survey(*options, session); };
}

}  // namespace rootlet::cli
