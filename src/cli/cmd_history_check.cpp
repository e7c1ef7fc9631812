#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisory_options.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistoryCheckArguments {
  RecipeOptions recipe;
  std::string target;
  std::string against;
  AdvisorySourceOptions sources;
  std::string accept;
  HistoryOptions history;
};

/// Advisories that the budget's are counted of: those of the recipe's repositories, and of files that are given.
std::optional<verbs::KnownAdvisories> advisories_for(const HistoryCheckArguments& options, const Session& session,
                                                     const Recipe& recipe, const inspect::Target& target) {
  if (recipe.budget.advisories.empty()) return std::nullopt;
  const make::Environment environment = environment_of(session, options.recipe);
  const auto repos =
      target.repos.empty() ? make::load_repositories(recipe, environment, *session.progress) : target.repos;
  verbs::KnownAdvisories known{make::load_advisories(repos, files_of(options.sources), environment, *session.progress)};
  if (!options.accept.empty()) known.accepted = recipe::load_accepted_advisories(options.accept);
  return known;
}

int check(const HistoryCheckArguments& options, const Session& session, const Recipe& recipe,
          const inspect::Target& target) {
  const auto advisories = advisories_for(options, session, recipe, target);
  const auto answer = verbs::check(recipe, target, options.history.directory, options.against,
                                   advisories ? &*advisories : nullptr, *session.progress);
  print(session.json ? report::json_text(report::to_json(answer)) : report::to_text(answer, session.colours.result));
  return answer.over() ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_history_check(CLI::App& app) {
  auto options = std::make_shared<HistoryCheckArguments>();
  add_recipe_options(app, options->recipe, "hold the image against, by its key budget");
  app.add_option("TARGET", options->target, "The image built from it, say (default: the recipe, solved)");
  app.add_option("--against", options->against, "The release since which growth counts (default: the last one)")
      ->type_name("LABEL");
  add_advisory_files(app, options->sources);
  add_accepted_advisories(app, options->accept);
  add_history_option(app, options->history);
  return [options](const Session& session) {
    Recipe recipe = load_recipe(options->recipe);
    if (recipe.budget == ImageBudget{}) {
      throw usage_error(recipe.path.string() + ": the recipe has no budget",
                        "add one, for instance budget: {installed_size: 40MB, growth: 5%}");
    }
    make::look_into_files(recipe, environment_of(session, options->recipe), *session.progress);
    TargetOptions target;
    target.recipe = options->recipe;
    target.target = options->target.empty() ? options->recipe.recipe : options->target;
    return with_target(session, target, installed::Depth::database,
                       [&](const inspect::Target& found) { return check(*options, session, recipe, found); });
  };
}

}  // namespace rootlet::cli
