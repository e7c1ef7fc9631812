#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct LockArguments {
  RecipeOptions recipe;
  std::string out;
};

int lock_recipe(const LockArguments& options, const Session& session) {
  const Recipe recipe = load_recipe(options.recipe);
  const make::Resolved resolved = make::resolve(recipe, environment_of(session, options.recipe), *session.progress);
  if (const auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) {
    return no_solution(session, options.recipe.recipe, *unsolvable);
  }
  const auto& solution = std::get<Solution>(resolved.outcome);
  tell(resolved.by_metadata, *session.progress);
  const fs::path out = options.out.empty() ? default_lock(options.recipe.recipe) : fs::path(options.out);
  const std::string text = lock::to_json(lock::make(recipe, resolved.repos, solution), parent_dir(out));
  write_file(out, text);
  if (session.json) {
    print(text);
  } else if (!session.quiet) {
    print(fmt::format("{}: {}, {} to download, {} installed\n", out.string(), report::packages_text(solution),
                      human_size(solution.download_size()), human_size(solution.totals().size())));
  }
  return 0;
}

}  // namespace

Action add_lock(CLI::App& app) {
  auto options = std::make_shared<LockArguments>();
  app.add_option("-o,--output", options->out, "The lock file (default: RECIPE's name with .lock.json)")
      ->type_name("FILE");
  add_recipe_options(app, options->recipe, "pin");
  return [options](const Session& session) { return lock_recipe(*options, session); };
}

}  // namespace rootlet::cli
