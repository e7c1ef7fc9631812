#include <nlohmann/json.hpp>

#include "command.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct SolveArguments {
  RecipeOptions recipe;
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

}  // namespace

Action add_solve(CLI::App& app) {
  auto options = std::make_shared<SolveArguments>();
  add_recipe_options(app, options->recipe, "solve");
  app.add_flag("--why", options->why, "Show every reason, and what each package was chosen over (--json always does)");
  return [options](const Session& session) {
    return with_solution(session, options->recipe,
                         [&](const Recipe& /*recipe*/, const make::Resolved& /*resolved*/, const Solution& solution) {
                           return show(*options, session, solution);
                         });
  };
}

}  // namespace rootlet::cli
