#include "suggest.hpp"

#include <algorithm>
#include <set>

#include "answer.hpp"
#include "smallest/swaps.hpp"
#include "solver.hpp"

namespace rootlet::solv {
namespace {

constexpr std::size_t most_blocked = 5;

/// What each swap saves: how much more the best set costs that has DNF's choice.
std::vector<Swap> priced_swaps(const Universe& universe, const Choice& choice, const Request& request,
                               const std::vector<Id>& dnf, const Chosen& best) {
  std::vector<Swap> swaps;
  for (const SwapIds& ids : swaps_of(universe.pool(), dnf, best.packages, follows_weak_deps(request))) {
    Swap swap = describe(universe.pool(), ids, request.fewer_features);
    const Chosen otherwise = choice.best(dnf, {{ids.instead_of}});
    swap.saved =
        static_cast<std::int64_t>(otherwise.optimality.value) - static_cast<std::int64_t>(best.optimality.value);
    swaps.push_back(std::move(swap));
  }
  std::sort(swaps.begin(), swaps.end(), [](const Swap& a, const Swap& b) {
    return a.saved != b.saved ? a.saved > b.saved : a.instead_of < b.instead_of;
  });
  return swaps;
}

/// What DNF answers if it is asked for these packages, too.
Totals dnf_with(const Universe& universe, std::vector<Job> jobs, const Request& request, const std::set<Id>& packages) {
  for (const Id id : packages) jobs.push_back({{nevra_of(universe.pool(), id).name, {}}, {id}});
  IdQueue queue;
  fill_jobs(universe.pool(), jobs, queue);
  const SolverHandle solver = make_solver(universe.pool(), follows_weak_deps(request));
  return solver_solve(solver.get(), queue.get()) == 0 ? totals_of(universe, found_by(*solver)) : Totals{};
}

}  // namespace

Suggestion suggestion_of(const Universe& universe, ::Solver& solver, const std::vector<Job>& jobs, const Request& asked,
                         const Preferences& preferences) {
  ::Pool& pool = universe.pool();
  const std::vector<Id> dnf = found_by(solver);
  Request request = asked;
  if (request.goal.objective == Objective::dnf) request.goal.objective = Objective::smallest;
  request.goal.scriptlet_deps = ScriptletDeps::keep;
  const Choice choice(universe, solver, request, dnf, preferences);
  const Chosen best = choice.best(dnf);
  Suggestion suggestion;
  suggestion.dnf = totals_of(universe, dnf);
  suggestion.best = solution_of(universe, best, &choice, jobs, follows_weak_deps(request));
  suggestion.best.dnf = suggestion.dnf;
  suggestion.swaps = priced_swaps(universe, choice, request, dnf, best);
  suggestion.blocked = choice.blocked(best, most_blocked);

  std::set<Id> added;
  for (const SwapIds& swap : swaps_of(pool, dnf, best.packages, follows_weak_deps(request))) {
    for (const Id id : swap.chosen) added.insert(id);
  }
  for (const Id id : added) suggestion.packages.push_back(nevra_of(pool, id).name);
  std::sort(suggestion.packages.begin(), suggestion.packages.end());
  suggestion.dnf_with_packages = dnf_with(universe, jobs, request, added);

  Request dropping = request;
  dropping.goal.scriptlet_deps = ScriptletDeps::drop;
  const Chosen staying = Choice(universe, solver, dropping, dnf, preferences).best(dnf);
  std::vector<Id> kept;
  for (const Id id : staying.packages) {
    if (staying.build_only.contains(id)) {
      suggestion.leaving.push_back(nevra_of(pool, id).str());
    } else {
      kept.push_back(id);
    }
  }
  std::sort(suggestion.leaving.begin(), suggestion.leaving.end());
  suggestion.staying = totals_of(universe, kept);
  suggestion.staying_optimality = staying.optimality;
  return suggestion;
}

}  // namespace rootlet::solv
