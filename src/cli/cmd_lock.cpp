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

int write_lock(const LockArguments& options, const Session& session, const Recipe& recipe,
               const make::Resolved& resolved, const Solution& solution) {
  const fs::path out = options.out.empty() ? default_lock(options.recipe.recipe) : fs::path(options.out);
  Lock lock = lock::make(recipe, resolved.repos, solution);
  lock.base = resolved.base_digest;
  make::pin_keys(lock, recipe, session.environment, *session.progress);
  const std::string text = lock::to_json(lock, parent_dir(out));
  if (options.out == "-") {
    print(text);
    return 0;
  }
  write_result(out.string(), text);
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
  app.add_option("-o,--output", options->out,
                 "The lock file (default: RECIPE's name with .lock.json; '-': standard output)")
      ->type_name("FILE");
  add_recipe_options(app, options->recipe, "pin");
  add_proof_option(app, options->recipe);
  return [options](const Session& session) {
    return with_solution(session, options->recipe,
                         [&](const Recipe& recipe, const make::Resolved& resolved, const Solution& solution) {
                           return write_lock(*options, session, recipe, resolved, solution);
                         });
  };
}

}  // namespace rootlet::cli
