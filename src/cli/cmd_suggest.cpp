#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct SuggestArguments {
  RecipeOptions recipe;
  bool ladder = false;
  std::string format = "text";
};

std::string ladder_text(const std::string& format, const Ladder& ladder, const Recipe& recipe) {
  if (format == "json") return report::json_text(report::to_json(ladder));
  if (format == "markdown") return report::to_markdown(ladder);
  if (format == "svg") return report::ladder_chart(ladder, recipe.name + " (" + ladder.arch + "), rung by rung");
  return report::to_text(ladder);
}

int climb(const SuggestArguments& options, const Session& session) {
  const Recipe recipe = load_recipe(options.recipe);
  const auto outcome = make::ladder(recipe, environment_of(session, options.recipe), *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&outcome))
    return no_solution(session, options.recipe.recipe, *unsolvable);
  print(ladder_text(session.json ? "json" : options.format, std::get<Ladder>(outcome), recipe));
  return 0;
}

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
  auto options = std::make_shared<SuggestArguments>();
  add_recipe_options(app, options->recipe, "look at");
  CLI::Option* ladder = app.add_flag("--ladder", options->ladder,
                                     "Solve it in ever more sparing ways instead, from a base with weak dependencies "
                                     "and documentation down to the smallest set without what only scriptlets need, "
                                     "and show what each step leaves behind");
  app.add_option("--format", options->format, "How to print the ladder: text, markdown, svg (a picture) or json")
      ->check(CLI::IsMember({"text", "markdown", "svg", "json"}))
      ->type_name("FORMAT")
      ->needs(ladder);
  return [options](const Session& session) {
    return options->ladder ? climb(*options, session) : suggest_for(options->recipe, session);
  };
}

}  // namespace rootlet::cli
