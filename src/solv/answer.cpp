#include "answer.hpp"

#include <algorithm>
#include <tuple>

#include "alternatives.hpp"
#include "package_record.hpp"
#include "smallest/identity.hpp"
#include "smallest/swaps.hpp"
#include "solver.hpp"

namespace rootlet::solv {
namespace {

/// The candidates and what else has the chosen one's name: versions that are excluded or hidden lost, too.
std::vector<Id> with_hidden(::Pool& pool, Id chosen, std::vector<Id> candidates) {
  const Id name = pool_id2solvable(&pool, chosen)->name;
  for (const Id id : providers(pool, name)) {
    if (!considered(pool, id) && pool_id2solvable(&pool, id)->name == name) candidates.push_back(id);
  }
  return candidates;
}

}  // namespace

bool follows_weak_deps(const Request& request) { return request.selection.weak_deps.any(); }

Totals totals_of(const KnownHeaders& headers, const std::vector<Id>& packages) {
  Totals totals;
  for (const Id id : packages) {
    if (const Package package = headers.package(id); !package.in_base()) totals.add(package);
  }
  return totals;
}

Places places_of(const KnownHeaders& headers, const std::vector<Id>& packages) {
  std::vector<std::tuple<Nevra, std::string, Id>> order;
  for (const Id id : packages) {
    const Package package = headers.package(id);
    order.emplace_back(package.nevra, package.repo, id);
  }
  std::sort(order.begin(), order.end());
  Places places;
  for (const auto& [nevra, repo, id] : order) places[id] = package_id(places.size());
  return places;
}

Solution solution_of(const View& view, const KnownHeaders& headers, const Chosen& set, const Choice* choice,
                     const std::vector<Job>& jobs, const Request& request) {
  ::Pool& pool = view.pool();
  const std::vector<Id>& chosen = set.packages;
  const Reasons reasons(pool, chosen, follows_weak_deps(request));
  const Alternatives alternatives(view, chosen, set.optimality.proved ? choice : nullptr);
  const auto applies = [&](const Job& job) {
    const auto met_by = job.condition == 0 ? chosen : providers(pool, job.condition);
    return std::any_of(met_by.begin(), met_by.end(),
                       [&](Id id) { return std::find(chosen.begin(), chosen.end(), id) != chosen.end(); });
  };
  Solution solution;
  solution.optimality = set.optimality;
  const Places places = places_of(headers, chosen);
  solution.idle = reasons.idle(places);
  solution.packages.resize(chosen.size());
  for (const Id id : chosen) {
    ChosenPackage& package = solution.packages[index(places.at(id))];
    package.package = headers.package(id);
    package.build_only = set.build_only.contains(id);
    package.package.offers = offers_of(pool, id, request.paths);
    auto uses = reasons.provided_for(id);
    for (const Job& job : jobs) {
      if (std::find(job.candidates.begin(), job.candidates.end(), id) == job.candidates.end() || !applies(job))
        continue;
      package.reason.requested.push_back({job.item.text, job.item.mark, job.via});
      uses.try_emplace(job.item.text, with_hidden(pool, id, job.candidates));
    }
    if (package.package.in_base()) package.reason.requested.push_back({std::string(base_key), {}, "which has it"});
    std::sort(package.reason.requested.begin(), package.reason.requested.end(),
              [](const Requested& a, const Requested& b) { return std::tie(a.spec, a.via) < std::tie(b.spec, b.via); });
    package.reason.required_by = reasons.required_by(id, places);
    package.reason.alternatives = alternatives.losers(id, uses);
  }
  tell_identity(staying_identity(pool, request), places, headers, solution);
  for (ChosenPackage& package : solution.packages) sort_as_text(package.reason.required_by, solution.packages);
  return solution;
}

Solution answer(const View& view, KnownHeaders& headers, ::Solver& solver, const std::vector<Job>& jobs,
                const Request& request, const Preferences& preferences) {
  ::Pool& pool = view.pool();
  const bool weak = follows_weak_deps(request);
  const std::vector<Id> dnf = found_by(solver);
  headers.learn(dnf);
  if (request.selection.goal.objective == Objective::dnf &&
      request.selection.goal.scriptlet_deps == ScriptletDeps::keep) {
    Chosen as_it_is{dnf, {}, {}};
    as_it_is.optimality.by_headers = headers.decide();
    Solution solution = solution_of(view, headers, as_it_is, nullptr, jobs, request);
    solution.dnf = totals_of(headers, dnf);
    return solution;
  }
  Choice choice(view, headers, solver, request, dnf, preferences);
  const Chosen chosen = choice.best();
  Solution solution = solution_of(view, headers, chosen, &choice, jobs, request);
  solution.dnf = totals_of(headers, dnf);
  std::vector<Id> staying;  // what a package lacks does not matter of one that leaves
  for (const Id id : chosen.packages) {
    if (!chosen.build_only.contains(id)) staying.push_back(id);
  }
  const Places places = places_of(headers, chosen.packages);
  for (const SwapIds& swap : swaps_of(pool, dnf, staying, weak)) {
    solution.swaps.push_back(describe(pool, swap, places, request.fewer_features));
  }
  std::sort(solution.swaps.begin(), solution.swaps.end(),
            [](const Swap& a, const Swap& b) { return comes_first_as_text(a.instead_of, b.instead_of); });
  return solution;
}

}  // namespace rootlet::solv
