#include "solver.hpp"

#include <array>

#include "installed.hpp"
#include "twins.hpp"

namespace rootlet::solv {
namespace {

/// DNF's default of `installonlypkgs`: several versions of these may be installed side by side.
constexpr std::array install_only{"kernel",
                                  "kernel-PAE",
                                  "installonlypkg(kernel)",
                                  "installonlypkg(kernel-module)",
                                  "installonlypkg(vm)",
                                  "multiversion(kernel)"};

}  // namespace

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
    const std::vector<Id> twins = best_with_twins(pool, job.candidates);
    IdQueue ids;
    for (const Id id : twins.empty() ? job.candidates : twins) ids.push(id);
    const int best = twins.empty() ? SOLVER_FORCEBEST : 0;
    queue.push2(SOLVER_INSTALL | SOLVER_SOLVABLE_ONE_OF | SOLVER_SETARCH | SOLVER_SETEVR | best,
                pool_queuetowhatprovides(&pool, ids.get()));
  }
  for (const char* capability : install_only) {
    queue.push2(SOLVER_MULTIVERSION | SOLVER_SOLVABLE_PROVIDES, pool_str2id(&pool, capability, 1));
  }
}

void add_upgrades(const View& view, IdQueue& queue) {
  ::Pool& pool = view.pool();
  const Request& request = view.request();
  if (pool.installed == nullptr || request.selection.upgrade == Upgrade::none) return;
  if (request.selection.upgrade == Upgrade::all) {
    queue.push2(SOLVER_UPDATE | SOLVER_SOLVABLE_ALL | SOLVER_FORCEBEST, 0);
    return;
  }
  for_each_package(pool, [&](Id id) {
    if (is_installed(pool, id) && request.insecure.contains(nevra_of(pool, id))) {
      queue.push2(SOLVER_UPDATE | SOLVER_SOLVABLE | SOLVER_FORCEBEST, id);
    }
  });
}

std::vector<Id> found_by(::Solver& solver) {
  IdQueue decisions;
  solver_get_decisionqueue(&solver, decisions.get());
  std::vector<Id> chosen;
  for (const Id id : decisions.ids()) {
    if (id > SYSTEMSOLVABLE) chosen.push_back(id);
  }
  return chosen;
}

}  // namespace rootlet::solv
