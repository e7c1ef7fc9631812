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
  std::vector<std::string> more;  ///< packages
  std::string out;
};

fs::path place_of(const LockArguments& options) {
  return options.out.empty() ? default_lock(options.recipe) : fs::path(options.out);
}

/// "33 packages, 8.1 MB to download, 19.6 MB installed".
std::string summary_of(const Solution& solution) {
  return fmt::format("{}, {} to download, {} installed", report::packages_text(solution),
                     human_size(solution.download_size()), human_size(solution.totals().size()));
}

Lock lock_of(const Session& session, const Recipe& recipe, const make::Resolved& resolved, const Solution& solution) {
  Lock lock = lock::make(recipe, resolved.repos, solution);
  lock.base = resolved.base_digest;
  make::pin_keys(lock, recipe, session.environment, *session.progress);
  return lock;
}

/// `said`: of the lock, where it goes to a file.
int write_lock(const LockArguments& options, const Session& session, const std::string& text, const std::string& said) {
  if (options.out == "-") {
    print(text);
    return 0;
  }
  write_result(place_of(options).string(), text);
  if (session.json) {
    print(text);
  } else if (!session.quiet) {
    print(said);
  }
  return 0;
}

int lock_each(const LockArguments& options, const Session& session, const std::vector<Recipe>& recipes) {
  return with_solutions(session, options.recipe, recipes, [&](const make::ResolvedArches& resolved) {
    make::judge_drift(resolved.drift, recipes.front().arch_drift, *session.progress);
    const fs::path out = place_of(options);
    std::vector<Lock> locks;
    std::string said;
    for (std::size_t i = 0; i < recipes.size(); ++i) {
      const auto& solution = std::get<Solution>(resolved.answers[i].outcome);
      locks.push_back(lock_of(session, recipes[i], resolved.answers[i], solution));
      said += fmt::format("{}: {}: {}\n", out.string(), recipes[i].selection.arch, summary_of(solution));
    }
    return write_lock(options, session, lock::to_json(locks, parent_dir(out)), said);
  });
}

}  // namespace

Action add_lock(CLI::App& app) {
  auto options = std::make_shared<LockArguments>();
  app.add_option("-o,--output", options->out,
                 "The lock file (default: RECIPE's name with .lock.json; '-': standard output)")
      ->type_name("FILE");
  add_recipe_options(app, options->recipe, "pin");
  add_more_packages(app, options->more);
  add_proof_option(app, options->recipe);
  add_drift_option(app, options->recipe);
  return [options](const Session& session) {
    take_packages(options->recipe, options->more);
    const std::vector<Recipe> recipes = load_recipes(options->recipe);
    if (!recipes.empty()) return lock_each(*options, session, recipes);
    return with_solution(session, options->recipe,
                         [&](const Recipe& recipe, const make::Resolved& resolved, const Solution& solution) {
                           const fs::path out = place_of(*options);
                           const Lock lock = lock_of(session, recipe, resolved, solution);
                           return write_lock(*options, session, lock::to_json(lock, parent_dir(out)),
                                             fmt::format("{}: {}\n", out.string(), summary_of(solution)));
                         });
  };
}

}  // namespace rootlet::cli
