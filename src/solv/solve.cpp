#include "rootlet/solv/solve.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "alternatives.hpp"
#include "problems.hpp"
#include "reasons.hpp"
#include "rootlet/base/error.hpp"
#include "universe.hpp"

namespace rootlet::solv {
namespace {

/// What one job asks for.
struct Job {
  RecipeItem item;
  std::vector<Id> candidates;
};

/// DNF's default of `installonlypkgs`: several versions of these may be installed side by side.
constexpr std::array install_only{"kernel",
                                  "kernel-PAE",
                                  "installonlypkg(kernel)",
                                  "installonlypkg(kernel-module)",
                                  "installonlypkg(vm)",
                                  "multiversion(kernel)"};

/// The solver set up as DNF 4 sets it up for an install with best=1 (libdnf's Goal).
SolverHandle make_solver(::Pool& pool, bool weak_deps) {
  SolverHandle solver{solver_create(&pool)};
  solver_set_flag(solver.get(), SOLVER_FLAG_ALLOW_VENDORCHANGE, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_DUP_ALLOW_VENDORCHANGE, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_KEEP_ORPHANS, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_BEST_OBEY_POLICY, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_YUM_OBSOLETES, 1);
  solver_set_flag(solver.get(), SOLVER_FLAG_URPM_REORDER, 1);
  if (!weak_deps) solver_set_flag(solver.get(), SOLVER_FLAG_IGNORE_RECOMMENDED, 1);
  return solver;
}

void fill_jobs(::Pool& pool, const std::vector<Job>& jobs, IdQueue& queue) {
  for (const Job& job : jobs) {
    IdQueue ids;
    for (const Id id : job.candidates) ids.push(id);
    queue.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_ONE_OF | SOLVER_SETARCH | SOLVER_SETEVR | SOLVER_FORCEBEST,
                pool_queuetowhatprovides(&pool, ids.get()));
  }
  for (const char* capability : install_only) {
    queue.push2(SOLVER_MULTIVERSION | SOLVER_SOLVABLE_PROVIDES, pool_str2id(&pool, capability, 1));
  }
}

std::vector<Id> chosen_by(::Solver& solver) {
  IdQueue decisions;
  solver_get_decisionqueue(&solver, decisions.get());
  std::vector<Id> chosen;
  for (const Id id : decisions.ids()) {
    if (id > SYSTEMSOLVABLE) chosen.push_back(id);
  }
  return chosen;
}

Solution solution_of(const Universe& universe, ::Solver& solver, const std::vector<Job>& jobs, bool weak_deps) {
  ::Pool& pool = universe.pool();
  const std::vector<Id> chosen = chosen_by(solver);
  const Reasons reasons(pool, chosen, weak_deps);
  const Alternatives alternatives(universe, chosen);
  Solution solution;
  for (const Id id : chosen) {
    ChosenPackage package{universe.package(id), {}};
    auto uses = reasons.provided_for(id);
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) == job.candidates.end()) continue;
      package.reason.requested.push_back({job.item.text, job.item.mark});
      uses.try_emplace(job.item.text, job.candidates);
    }
    package.reason.required_by = reasons.required_by(id);
    package.reason.alternatives = alternatives.losers(id, uses);
    solution.packages.push_back(std::move(package));
  }
  std::sort(solution.packages.begin(), solution.packages.end(), [](const ChosenPackage& a, const ChosenPackage& b) {
    return std::tie(a.package.nevra, a.package.repo) < std::tie(b.package.nevra, b.package.repo);
  });
  return solution;
}

/// The entries sorted and without duplicates, so that their order in the recipe does not matter.
std::vector<RecipeItem> sorted(std::vector<RecipeItem> items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const RecipeItem& a, const RecipeItem& b) { return a.text < b.text; });
  items.erase(std::unique(items.begin(), items.end(),
                          [](const RecipeItem& a, const RecipeItem& b) { return a.text == b.text; }),
              items.end());
  return items;
}

std::variant<Solution, Unsolvable> solve_in(const Universe& universe, const Request& request) {
  std::vector<Job> jobs;
  Unsolvable unsolvable;
  for (const RecipeItem& item : sorted(request.packages)) {
    const auto sets = universe.candidates(item.text);
    if (sets.empty()) unsolvable.problems.push_back(universe.no_match(item.text));
    for (const auto& set : sets) jobs.push_back({item, set});
  }
  if (!unsolvable.problems.empty()) return unsolvable;

  ::Pool& pool = universe.pool();
  IdQueue queue;
  fill_jobs(pool, jobs, queue);
  const bool weak_deps = request.weak_deps || !request.weak_deps_of.empty();
  const SolverHandle solver = make_solver(pool, weak_deps);
  if (solver_solve(solver.get(), queue.get()) == 0) return solution_of(universe, *solver, jobs, weak_deps);
  std::vector<std::string> asked;
  asked.reserve(jobs.size());
  for (const Job& job : jobs) asked.push_back("'" + job.item.text + "'");
  unsolvable.problems = explain(pool, *solver, *queue.get(), asked);
  return unsolvable;
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists) {
  try {
    Universe universe(request, repos, true);
    universe.complete(request, load_filelists);
    auto outcome = solve_in(universe, request);
    if (!universe.quick() || std::holds_alternative<Solution>(outcome)) return outcome;
  } catch (const DamagedSnapshot&) {
  }
  // What stands in the way is explained with all that there is to know.
  Universe universe(request, std::move(repos), false);
  universe.complete(request, load_filelists);
  return solve_in(universe, request);
}

}  // namespace rootlet::solv
