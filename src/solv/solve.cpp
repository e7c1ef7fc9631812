#include "rootlet/solv/solve.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "alternatives.hpp"
#include "explain/explain.hpp"
#include "job.hpp"
#include "reasons.hpp"
#include "rootlet/base/error.hpp"
#include "smallest/choice.hpp"
#include "smallest/swaps.hpp"
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

/// The candidates and what else has the chosen one's name: versions that are excluded or hidden lost, too.
std::vector<Id> with_hidden(::Pool& pool, Id chosen, std::vector<Id> candidates) {
  const Id name = pool_id2solvable(&pool, chosen)->name;
  for (const Id id : providers(pool, name)) {
    if (!considered(pool, id) && pool_id2solvable(&pool, id)->name == name) candidates.push_back(id);
  }
  return candidates;
}

/// `choice`: how the set was chosen, unless it is just DNF's.
Solution solution_of(const Universe& universe, const Chosen& set, const Choice* choice, const std::vector<Job>& jobs,
                     bool weak_deps) {
  ::Pool& pool = universe.pool();
  const std::vector<Id>& chosen = set.packages;
  const Reasons reasons(pool, chosen, weak_deps);
  const Alternatives alternatives(universe, chosen, set.optimality.proved ? choice : nullptr);
  const auto applies = [&](const Job& job) {
    const auto met_by = job.condition == 0 ? chosen : providers(pool, job.condition);
    return std::any_of(met_by.begin(), met_by.end(),
                       [&](Id id) { return std::find(chosen.begin(), chosen.end(), id) != chosen.end(); });
  };
  Solution solution;
  solution.optimality = set.optimality;
  for (const Id id : chosen) {
    ChosenPackage package{universe.package(id), {}, set.build_only.contains(id)};
    auto uses = reasons.provided_for(id);
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) == job.candidates.end() || !applies(job))
        continue;
      package.reason.requested.push_back({job.item.text, job.item.mark, job.via});
      uses.try_emplace(job.item.text, with_hidden(pool, id, job.candidates));
    }
    std::sort(package.reason.requested.begin(), package.reason.requested.end(),
              [](const Requested& a, const Requested& b) { return std::tie(a.spec, a.via) < std::tie(b.spec, b.via); });
    package.reason.required_by = reasons.required_by(id);
    package.reason.alternatives = alternatives.losers(id, uses);
    solution.packages.push_back(std::move(package));
  }
  std::sort(solution.packages.begin(), solution.packages.end(), [](const ChosenPackage& a, const ChosenPackage& b) {
    return std::tie(a.package.nevra, a.package.repo) < std::tie(b.package.nevra, b.package.repo);
  });
  return solution;
}

bool follows_weak_deps(const Request& request) { return request.weak_deps || !request.weak_deps_of.empty(); }

Totals totals_of(const Universe& universe, const std::vector<Id>& packages) {
  Totals totals;
  for (const Id id : packages) {
    const Package package = universe.package(id);
    ++totals.packages;
    totals.installed_size += package.installed_size;
    totals.download_size += package.download_size;
  }
  return totals;
}

/// Of all sets that satisfy the request the one that it wants, starting from DNF's, which the solver has found.
Solution choose(const Universe& universe, ::Solver& solver, const std::vector<Job>& jobs, const Request& request,
                Preferences preferences) {
  ::Pool& pool = universe.pool();
  const bool weak = follows_weak_deps(request);
  const std::vector<Id> dnf = chosen_by(solver);
  const Totals totals = totals_of(universe, dnf);
  if (request.goal.objective == Objective::dnf && request.goal.scriptlet_deps == ScriptletDeps::keep) {
    Solution solution = solution_of(universe, {dnf, {}, {}}, nullptr, jobs, weak);
    solution.dnf = totals;
    return solution;
  }
  const Choice choice(universe, solver, request, dnf, std::move(preferences));
  const Chosen chosen = choice.best(dnf);
  Solution solution = solution_of(universe, chosen, &choice, jobs, weak);
  solution.dnf = totals;
  for (const SwapIds& swap : swaps_of(pool, dnf, chosen.packages, weak)) {
    solution.swaps.push_back(describe(pool, swap, request.fewer_features));
  }
  std::sort(solution.swaps.begin(), solution.swaps.end(),
            [](const Swap& a, const Swap& b) { return a.instead_of < b.instead_of; });
  return solution;
}

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
  std::map<std::string, RecipeItem> entries;  // their order in the recipe does not matter
  for (const RecipeItem& item : request.packages) {
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

/// A solution, or what stands in the way; without words where the universe is a quick one, which lacks what they need.
std::variant<Solution, Unsolvable> solve_in(Universe& universe, const Request& request,
                                            const FilelistsLoader& load_filelists, const CompsLoader& load_comps) {
  Asked asked = asked_by(universe, request, load_comps);
  if (asked.problems.empty() && universe.complete(request, load_filelists, asked.jobs)) {
    asked = asked_by(universe, request, load_comps);
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
  Preferences preferences = preferences_of(pool, request.goal, asked.warnings);
  pool_freeidhashes(&pool);  // nothing is looked up by its name any more, and they are large
  const SolverHandle solver = make_solver(pool, follows_weak_deps(request));
  if (solver_solve(solver.get(), queue.get()) == 0) {
    Solution solution = choose(universe, *solver, asked.jobs, request, std::move(preferences));
    solution.warnings = std::move(asked.warnings);
    std::sort(solution.warnings.begin(), solution.warnings.end());
    return solution;
  }
  return universe.quick() ? Unsolvable{} : explain(background, *solver, asked.jobs);
}

}  // namespace

std::variant<Solution, Unsolvable> solve(const Request& asked, std::vector<RepoMetadata> repos,
                                         const FilelistsLoader& load_filelists, const CompsLoader& load_comps) {
  Request request = asked;  // groups and modules are taken in this order, too
  std::stable_sort(request.packages.begin(), request.packages.end(),
                   [](const RecipeItem& a, const RecipeItem& b) { return a.text < b.text; });
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
