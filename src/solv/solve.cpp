#include "rootlet/solv/solve.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "alternatives.hpp"
#include "job.hpp"
#include "problems.hpp"
#include "reasons.hpp"
#include "rootlet/base/error.hpp"
#include "universe.hpp"

namespace rootlet::solv {
namespace {

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
    if (job.conditional != 0) {
      queue.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES | SOLVER_FORCEBEST, job.conditional);
      continue;
    }
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
  const auto applies = [&](const Job& job) {
    const auto met_by = job.condition == 0 ? chosen : providers(pool, job.condition);
    return std::any_of(met_by.begin(), met_by.end(),
                       [&](Id id) { return std::find(chosen.begin(), chosen.end(), id) != chosen.end(); });
  };
  Solution solution;
  for (const Id id : chosen) {
    ChosenPackage package{universe.package(id), {}};
    auto uses = reasons.provided_for(id);
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) == job.candidates.end() || !applies(job))
        continue;
      package.reason.requested.push_back({job.item.text, job.item.mark, job.via});
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

/// What a request asks for, and what is wrong with it.
struct Asked {
  std::vector<Job> jobs;
  std::vector<std::string> warnings;
  std::vector<Problem> problems;
};

/// The jobs of modules and groups, whose packages are not named in the recipe.
Asked collections(Universe& universe, const Request& request, const CompsLoader& load_comps) {
  Asked asked;
  asked.problems = universe.modularity().problems();
  if (!asked.problems.empty()) return asked;
  asked.jobs = universe.modularity().jobs(asked.problems);
  GroupJobs groups = universe.group_jobs(request, load_comps);
  asked.jobs.insert(asked.jobs.end(), groups.jobs.begin(), groups.jobs.end());
  asked.warnings = std::move(groups.warnings);
  return asked;
}

void add_packages(const Universe& universe, const Request& request, Asked& asked) {
  for (const RecipeItem& item : sorted(request.packages)) {
    if (is_collection(item.text)) continue;
    const auto sets = universe.candidates(item.text);
    if (sets.empty()) asked.problems.push_back(universe.no_match(item.text));
    for (const auto& set : sets) asked.jobs.push_back({item, set});
  }
}

std::variant<Solution, Unsolvable> solve_in(Universe& universe, const Request& request,
                                            const FilelistsLoader& load_filelists, const CompsLoader& load_comps) {
  Asked asked = collections(universe, request, load_comps);
  if (asked.problems.empty()) {
    if (universe.complete(request, load_filelists, asked.jobs)) asked = collections(universe, request, load_comps);
    add_packages(universe, request, asked);
  }
  if (!asked.problems.empty()) return Unsolvable{std::move(asked.problems)};

  ::Pool& pool = universe.pool();
  IdQueue queue;
  fill_jobs(pool, asked.jobs, queue);
  const bool weak_deps = request.weak_deps || !request.weak_deps_of.empty();
  const SolverHandle solver = make_solver(pool, weak_deps);
  if (solver_solve(solver.get(), queue.get()) == 0) {
    Solution solution = solution_of(universe, *solver, asked.jobs, weak_deps);
    solution.warnings = std::move(asked.warnings);
    return solution;
  }
  std::vector<std::string> names;
  for (const Job& job : asked.jobs)
    names.push_back("'" + job.item.text + "'" + (job.via.empty() ? "" : ", " + job.via));
  return Unsolvable{explain(pool, *solver, *queue.get(), names)};
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists, const CompsLoader& load_comps) {
  try {
    Universe universe(request, repos, true);
    auto outcome = solve_in(universe, request, load_filelists, load_comps);
    if (!universe.quick() || std::holds_alternative<Solution>(outcome)) return outcome;
  } catch (const DamagedSnapshot&) {
  }
  // What stands in the way is explained with all that there is to know.
  Universe universe(request, std::move(repos), false);
  return solve_in(universe, request, load_filelists, load_comps);
}

}  // namespace rootlet::solv
