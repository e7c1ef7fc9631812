#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

int suggest_for(const RecipeOptions& options, const Session& session) {
  const Recipe recipe = load_recipe(options);
  const auto outcome = make::suggest(recipe, environment_of(session, options), *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&outcome))
    return no_solution(session, options.recipe, *unsolvable);
  const auto& suggestion = std::get<Suggestion>(outcome);
  print(session.json ? report::json_text(report::to_json(suggestion)) : report::to_text(suggestion, recipe));
  return 0;
}

}  // namespace

Action add_suggest(CLI::App& app) {
  auto options = std::make_shared<RecipeOptions>();
  add_recipe_options(app, *options, "look at");
  return [options](const Session& session) { return suggest_for(*options, session); };
}

}  // namespace rootlet::cli
