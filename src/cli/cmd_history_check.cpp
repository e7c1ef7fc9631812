#include <memory>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct HistoryCheckArguments {
  RecipeOptions recipe;
  std::string target;
  std::string against;
  HistoryOptions history;
};

int check(const HistoryCheckArguments& options, const Session& session, const Recipe& recipe,
          const inspect::Target& target) {
  const auto answer = verbs::check(recipe, target, options.history.directory, options.against, *session.progress);
  print(session.json ? report::json_text(report::to_json(answer)) : report::to_text(answer));
  return answer.over() ? exit_code(ErrorKind::no_solution) : 0;
}

}  // namespace

Action add_history_check(CLI::App& app) {
  auto options = std::make_shared<HistoryCheckArguments>();
  add_recipe_options(app, options->recipe, "hold the image against, by its key budget");
  app.add_option("TARGET", options->target, "The image built from it, say (default: the recipe, solved)");
  app.add_option("--against", options->against, "The release since which growth counts (default: the last one)")
      ->type_name("LABEL");
  add_history_option(app, options->history);
  return [options](const Session& session) {
    const Recipe recipe = load_recipe(options->recipe);
    if (recipe.budget == ImageBudget{}) {
      throw usage_error(recipe.path.string() + ": the recipe has no budget",
                        "add one, for instance budget: {installed_size: 40MB, growth: 5%}");
    }
    TargetOptions target;
    target.recipe = options->recipe;
    target.target = options->target.empty() ? options->recipe.recipe : options->target;
    return with_target(session, target, inspect::Depth::database,
                       [&](const inspect::Target& found) { return check(*options, session, recipe, found); });
  };
}

}  // namespace rootlet::cli
