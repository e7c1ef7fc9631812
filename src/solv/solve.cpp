#include "solv/solve.hpp"

#include <algorithm>
#include <map>

#include "answer.hpp"
#include "explain/explain.hpp"
#include "job.hpp"
#include "rootlet/error.hpp"
#include "solver.hpp"
#include "suggest.hpp"
#include "universe.hpp"

namespace rootlet::solv {
namespace {

/// What a request asks for, and what is wrong with it before the solver is asked.
struct Asked {
  std::vector<Job> jobs;  ///< those of modules and groups, then those of packages, sorted by the entries' text
  std::vector<std::string> warnings;
  std::vector<PlainProblem> problems;
  std::vector<RecipeItem> unmatched;  ///< entries that match nothing
};

Asked asked_by(Universe& universe, const Request& request, const CompsLoader& load_comps) {
  Asked asked;
  asked.problems = universe.modularity().problems();
  if (!asked.problems.empty()) return asked;
  asked.jobs = universe.modularity().jobs(asked.problems);
  GroupJobs groups = universe.group_jobs(request, load_comps);
  asked.jobs.insert(asked.jobs.end(), groups.jobs.begin(), groups.jobs.end());
  asked.warnings = std::move(groups.warnings);
  const std::vector<std::string> of_modules = universe.modularity().warnings();
  asked.warnings.insert(asked.warnings.end(), of_modules.begin(), of_modules.end());
  std::map<std::string, RecipeItem> entries;  // their order in the recipe does not matter
  for (const RecipeItem& item : request.selection.packages) {
    if (!is_collection(item.text)) entries.emplace(item.text, item);
  }
  for (const auto& [spec, item] : entries) {
    const auto sets = universe.candidates(spec);
    if (sets.empty()) asked.unmatched.push_back(item);
    for (const auto& set : sets) asked.jobs.push_back({item, set});
  }
  return asked;
}

/// Whether a changed request has a solution.
bool solvable(Universe& universe, const Request& request) try {
  universe.filter(request);
  const Asked asked = asked_by(universe, request, {});
  if (!asked.problems.empty() || !asked.unmatched.empty()) return false;
  IdQueue queue;
  fill_jobs(universe.pool(), asked.jobs, queue);
  return solver_solve(make_solver(universe.pool(), follows_weak_deps(request)).get(), queue.get()) == 0;
} catch (const Error&) {
  return false;  // what is asked for is no longer there: a module, say
}

/// What is made of the set that the solver has found, DNF's.
template <class Result>
using Finish = std::function<Result(Universe&, ::Solver&, Asked&, const Preferences&)>;

/// A result, or what stands in the way; without words where the universe is a quick one, which lacks what they need.
template <class Result>
std::variant<Result, Unsolvable> solve_in(Universe& universe, const Request& request, const Loaders& load,
                                          const Finish<Result>& finish) {
  Asked asked = asked_by(universe, request, load.comps);
  if (asked.problems.empty() && universe.complete(request, load.filelists, asked.jobs)) {
    asked = asked_by(universe, request, load.comps);
  }
  if (!asked.problems.empty()) return explain_plain(asked.problems);
  if (universe.quick() && !asked.unmatched.empty()) return Unsolvable{};
  ::Pool& pool = universe.pool();
  const Attempt attempt = [&](const Request& changed) {
    const bool found = solvable(universe, changed);
    universe.filter(request);
    return found;
  };
  const Background background{universe, request, attempt};
  if (!asked.unmatched.empty()) return explain_unmatched(background, asked.unmatched);
  IdQueue queue;
  fill_jobs(pool, asked.jobs, queue);
  const Preferences preferences = preferences_of(pool, request.selection.goal, asked.warnings);
  std::sort(asked.warnings.begin(), asked.warnings.end());
  pool_freeidhashes(&pool);  // nothing is looked up by its name any more, and they are large
  const SolverHandle solver = make_solver(pool, follows_weak_deps(request));
  if (solver_solve(solver.get(), queue.get()) == 0) return finish(universe, *solver, asked, preferences);
  return universe.quick() ? Unsolvable{} : explain(background, *solver, asked.jobs);
}

template <class Result>
std::variant<Result, Unsolvable> solve_for(Request request, std::vector<RepoMetadata> repos, const Loaders& load,
                                           const Finish<Result>& finish) {
  // Groups and modules are taken in this order, too.
  std::stable_sort(request.selection.packages.begin(), request.selection.packages.end(),
                   [](const RecipeItem& a, const RecipeItem& b) { return a.text < b.text; });
  if (!request.paths) try {
      Universe universe(request, repos, true);
      auto outcome = solve_in(universe, request, load, finish);
      if (!universe.quick() || std::holds_alternative<Result>(outcome)) return outcome;
    } catch (const DamagedSnapshot&) {
    }
  // What stands in the way is explained with all that there is to know.
  Universe universe(request, std::move(repos), false);
  return solve_in(universe, request, load, finish);
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos, const Loaders& load) {
  const Finish<Solution> finish = [&](Universe& universe, ::Solver& solver, Asked& asked,
                                      const Preferences& preferences) {
    universe.read_headers(load.headers);
    Solution solution = answer(universe, solver, asked.jobs, request, preferences);
    solution.warnings = std::move(asked.warnings);
    solution.modules = universe.modularity().states(solution.packages);
    return solution;
  };
  return solve_for(request, std::move(repos), load, finish);
}

std::variant<Suggestion, Unsolvable> suggest(const Request& request, std::vector<RepoMetadata> repos,
                                             const Loaders& load) {
  const Finish<Suggestion> finish = [&](Universe& universe, ::Solver& solver, Asked& asked,
                                        const Preferences& preferences) {
    universe.read_headers(load.headers);
    const bool by_headers = universe.by_headers();
    Suggestion suggestion = suggestion_of(universe, solver, asked.jobs, request, preferences);
    if (by_headers && !universe.by_headers()) {  // sizes of two kinds cannot be compared
      suggestion = suggestion_of(universe, solver, asked.jobs, request, preferences);
    }
    suggestion.best.warnings = std::move(asked.warnings);
    return suggestion;
  };
  return solve_for(request, std::move(repos), load, finish);
}

}  // namespace rootlet::solv
