#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct SolveArguments {
  RecipeOptions recipe;
  std::vector<std::string> more;  ///< packages
  bool why = false;
};

int show(const SolveArguments& options, const Session& session, const Solution& solution) {
  if (session.json) {
    print(report::json_text(report::to_json(solution)));
  } else {
    print(options.why ? report::why_text(solution) : report::to_text(solution));
  }
  return 0;
}

/// Drift is a part of the answer, so it is told where it is forbidden, too.
int show_each(const SolveArguments& options, const Session& session, const std::vector<Recipe>& recipes) {
  return with_solutions(session, options.recipe, recipes, [&](const make::ResolvedArches& resolved) {
    const std::vector<SetOfArch> sets = sets_of(recipes, resolved);
    print(session.json ? report::json_text(report::to_json(sets, resolved.drift))
                       : report::to_text(sets, resolved.drift, options.why));
    if (recipes.front().arch_drift == ArchDrift::forbid) {
      make::judge_drift(resolved.drift, ArchDrift::forbid, *session.progress);
    }
    return 0;
  });
}

}  // namespace

Action add_solve(CLI::App& app) {
  auto options = std::make_shared<SolveArguments>();
  add_recipe_options(app, options->recipe, "solve");
  add_more_packages(app, options->more);
  app.add_flag("--why", options->why, "Show every reason, and what each package was chosen over (--json always does)");
  add_drift_option(app, options->recipe);
  return [options](const Session& session) {
    take_packages(options->recipe, options->more);
    const std::vector<Recipe> recipes = load_recipes(options->recipe);
    if (!recipes.empty()) return show_each(*options, session, recipes);
    return with_solution(session, options->recipe,
                         [&](const Recipe& /*recipe*/, const make::Resolved& /*resolved*/, const Solution& solution) {
                           return show(*options, session, solution);
                         });
  };
}

}  // namespace rootlet::cli
