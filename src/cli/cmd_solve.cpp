#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/build.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct SolveArguments {
  RecipeOptions recipe;
  bool why = false;
};

int solve_recipe(const SolveArguments& options, const Session& session) {
  const Recipe recipe = load_recipe(options.recipe);
  const make::Resolved resolved = make::resolve(recipe, environment_of(session, options.recipe), *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) {
    return no_solution(session, options.recipe.recipe, *unsolvable);
  }
  const auto& solution = std::get<Solution>(resolved.outcome);
  tell(resolved.by_metadata, *session.progress);
  if (session.json) {
    print(report::json_text(report::to_json(solution)));
  } else {
    print(options.why ? report::why_text(solution) : report::to_text(solution));
  }
  return 0;
}

}  // namespace

Action add_solve(CLI::App& app) {
  auto options = std::make_shared<SolveArguments>();
  add_recipe_options(app, options->recipe, "solve");
  app.add_flag("--why", options->why, "Show every reason, and what each package was chosen over (--json always does)");
  return [options](const Session& session) { return solve_recipe(*options, session); };
}

}  // namespace rootlet::cli
