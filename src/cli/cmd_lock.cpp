#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/report.hpp"

namespace rootlet::cli {
namespace {

struct LockArguments {
  RecipeOptions recipe;
  std::vector<std::string> more;  ///< packages
  std::string out;
  std::string format{lock::format_names.front()};
  std::vector<std::string> update;  ///< packages that are not held to the lock that is there; empty: none is
  bool diff = false;

  [[nodiscard]] lock::LockFormat wanted() const { return *lock::format_of(format); }
};

/// Those of other programs have fixed names, by which these find them.
fs::path place_of(const LockArguments& options) {
  if (!options.out.empty()) return options.out;
  const fs::path own = default_lock(options.recipe);
  return options.wanted() == lock::LockFormat::rootlet ? own : own.parent_path() / options.format;
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
    std::vector<lock::SolvedArch> solved;
    const bool own = options.wanted() == lock::LockFormat::rootlet;
    for (std::size_t i = 0; i < recipes.size(); ++i) {
      const auto& solution = std::get<Solution>(resolved.answers[i].outcome);
      if (own) locks.push_back(lock_of(session, recipes[i], resolved.answers[i], solution));
      solved.push_back({recipes[i].selection.arch, &resolved.answers[i].repos, &solution});
      said += fmt::format("{}: {}: {}\n", out.string(), recipes[i].selection.arch, summary_of(solution));
    }
    const std::string text = own ? lock::to_json(locks, parent_dir(out)) : lock::to_foreign(options.wanted(), solved);
    return write_lock(options, session, text, said);
  });
}

int lock_one(const LockArguments& options, const Session& session) {
  const auto write = [&](const Recipe& recipe, const make::Resolved& resolved, const Solution& solution) {
    const fs::path out = place_of(options);
    const std::string text =
        options.wanted() == lock::LockFormat::rootlet
            ? lock::to_json(lock_of(session, recipe, resolved, solution), parent_dir(out))
            : lock::to_foreign(options.wanted(), {{recipe.selection.arch, &resolved.repos, &solution}});
    return write_lock(options, session, text, fmt::format("{}: {}\n", out.string(), summary_of(solution)));
  };
  return with_solution(session, options.recipe, write);
}

/// Prints the changes that the lock that is there would get.
int show_changes(const LockArguments& options, const Session& session) {
  TargetOptions before;
  before.target = place_of(options).string();
  before.recipe.arch = options.recipe.arch;
  TargetOptions after;
  after.target = options.recipe.recipe;
  after.recipe = options.recipe;
  const auto with_lock = [&](const inspect::Target& lock) {
    const auto with_recipe = [&](const inspect::Target& recipe) {
      print_diff(session, "text", verbs::diff(lock, recipe));
      return 0;
    };
    return with_target(session, after, installed::Depth::database, with_recipe);
  };
  return with_target(session, before, installed::Depth::database, with_lock);
}

/// The session for this command: with what the lock holds, and with sources where the format names them.
Session session_of(const LockArguments& options, const Session& given) {
  Session session = given;
  session.environment.sources = options.wanted() != lock::LockFormat::rootlet;
  if (session.json && session.environment.sources) {
    throw usage_error("--json prints a lock of rootlet, and --format asks for " + options.format,
                      "leave one of them out");
  }
  if (options.out == "-" && (options.diff || !options.update.empty())) {
    throw usage_error("-o - prints a lock, and there is none to begin with", "name the lock that is there");
  }
  if (!options.update.empty()) {
    session.environment.held = lock::held_packages(lock::read_all(place_of(options)), options.update);
  }
  return session;
}

}  // namespace

Action add_lock(CLI::App& app) {
  auto options = std::make_shared<LockArguments>();
  app.add_option(
         "-o,--output", options->out,
         "The lock file (default: RECIPE's name with .lock.json, or beside RECIPE the name that --format says; '-': "
         "standard output)")
      ->type_name("FILE");
  add_recipe_options(app, options->recipe, "pin");
  add_more_packages(app, options->more);
  add_proof_option(app, options->recipe);
  add_drift_option(app, options->recipe);
  CLI::Option* format =
      app.add_option(
             "--format", options->format,
             "The lock to write: rootlet (its own), rpms.lock.yaml of Konflux and Hermeto, or packages.manifest.yaml "
             "of libpkgmanifest and DNF; these name source packages, too, where the repositories have them")
          ->check(CLI::IsMember(std::vector<std::string>(lock::format_names.begin(), lock::format_names.end())))
          ->type_name("FORMAT");
  app.add_option(
         "--update", options->update,
         "Update only these packages of the lock that is there, with commas between, and those that are tied to their "
         "exact versions; hold all others to it (default: nothing is held)")
      ->type_name("PACKAGES")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->excludes(format);
  app.add_flag("--diff", options->diff, "Show what would change against the lock that is there, and why; write nothing")
      ->excludes(format)
      ->excludes(app.get_option("--distro"));
  return [options](const Session& given) {
    take_packages(options->recipe, options->more);
    const Session session = session_of(*options, given);
    if (options->diff) return show_changes(*options, session);
    const std::vector<Recipe> recipes = load_recipes(options->recipe);
    return recipes.empty() ? lock_one(*options, session) : lock_each(*options, session, recipes);
  };
}

}  // namespace rootlet::cli
