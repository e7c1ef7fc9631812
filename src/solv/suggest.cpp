#include "suggest.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "answer.hpp"
#include "reasons.hpp"
#include "smallest/swaps.hpp"
#include "solver.hpp"

namespace rootlet::solv {
namespace {

constexpr std::size_t most_blocked = 5;
constexpr std::size_t most_decisions = 15;

/// A chosen package and those that could stand in for it.
struct Option {
  Id chosen = 0;
  std::vector<Id> others;
  Id over = 0;
  std::uint64_t size = 0;  ///< of `over`
  std::vector<std::string> capabilities;
};

/// The choices that a set is made of, those with the largest packages to choose from first.
std::vector<Option> options_in(const View& view, const KnownHeaders& headers, const Choice& choice, const Chosen& best,
                               bool weak, const std::set<Id>& dnf) {
  ::Pool& pool = view.pool();
  const Reasons reasons(pool, best.packages, weak);
  const std::set<Id> in_set(best.packages.begin(), best.packages.end());
  std::vector<Option> options;
  for (const Id id : best.packages) {
    Option option{id, {}, 0, 0, {}};
    std::set<Id> others;
    for (const auto& [capability, providers] : reasons.provided_for(id)) {
      const std::size_t before = others.size();
      for (const Id other : providers) {
        if (choice.eligible(other) && !in_set.contains(other)) others.insert(other);
      }
      if (others.size() > before) option.capabilities.push_back(capability);
    }
    option.others.assign(others.begin(), others.end());
    const auto weight = [&](Id other) {
      return std::make_pair(dnf.contains(other), headers.package(other).installed_size);
    };
    const auto lighter = [&](Id a, Id b) {
      if (weight(a) != weight(b)) return weight(a) < weight(b);
      return comes_first_as_text(nevra_of(pool, a), nevra_of(pool, b));
    };
    for (const Id other : option.others) {
      if (option.over == 0 || lighter(option.over, other)) option.over = other;
    }
    if (option.over == 0) continue;
    option.size = headers.package(option.over).installed_size;
    options.push_back(std::move(option));
  }
  std::stable_sort(options.begin(), options.end(), [](const Option& a, const Option& b) { return a.size > b.size; });
  return options;
}

std::uint64_t excess(const Chosen& set, const Chosen& best) {
  return set.optimality.value - std::min(set.optimality.value, best.optimality.value);
}

/// Cost of choosing otherwise; nothing where the other requirements leave no choice.
std::optional<Decision> decision_on(const View& view, Choice& choice, const Request& request, const Chosen& best,
                                    const Places& places, const Option& option, const std::set<Id>& dnf) {
  ::Pool& pool = view.pool();
  const auto next = choice.best_with({{-option.chosen}});
  const auto other = choice.best_with({{-option.chosen}, {option.over}});
  if (!next || !other) return std::nullopt;
  Decision decision;
  decision.chosen = places.at(option.chosen);
  decision.capabilities = option.capabilities;
  decision.others = option.others.size();
  decision.over = nevra_of(pool, option.over);
  decision.over_dnf = dnf.contains(option.over);
  decision.saved = excess(*other, best);
  for (const Id id : next->packages) {
    const bool stands_in = std::find(option.others.begin(), option.others.end(), id) != option.others.end();
    if (stands_in && !decision.next) decision.next = nevra_of(pool, id);
  }
  decision.next_costs = excess(*next, best);
  const auto loss = request.fewer_features.find(nevra_of(pool, option.chosen).name);
  if (loss != request.fewer_features.end()) decision.loss = loss->second;
  return decision;
}

std::vector<Decision> decisions_in(const View& view, const KnownHeaders& headers, Choice& choice,
                                   const Request& request, const Chosen& best, const std::vector<Id>& found) {
  const std::set<Id> dnf(found.begin(), found.end());
  const Places places = places_of(headers, best.packages);
  std::vector<Decision> decisions;
  for (const Option& option : options_in(view, headers, choice, best, follows_weak_deps(request), dnf)) {
    if (decisions.size() == most_decisions) break;
    if (auto decision = decision_on(view, choice, request, best, places, option, dnf)) {
      decisions.push_back(std::move(*decision));
    }
  }
  std::stable_sort(decisions.begin(), decisions.end(),
                   [](const Decision& a, const Decision& b) { return a.saved > b.saved; });
  return decisions;
}

/// Sums of DNF's answer if it is asked for these packages, too.
Totals dnf_with(const View& view, KnownHeaders& headers, std::vector<Job> jobs, const Request& request,
                const std::set<Id>& packages) {
  for (const Id id : packages) jobs.push_back({{nevra_of(view.pool(), id).name, {}}, {id}});
  IdQueue queue;
  fill_jobs(view.pool(), jobs, queue);
  const SolverHandle solver = make_solver(view.pool(), follows_weak_deps(request));
  if (solver_solve(solver.get(), queue.get()) != 0) return {};
  const std::vector<Id> found = found_by(*solver);
  headers.learn(found);
  return totals_of(headers, found);
}

}  // namespace

Suggestion suggestion_of(const View& view, KnownHeaders& headers, ::Solver& solver, const std::vector<Job>& jobs,
                         const Request& asked, const Preferences& preferences) {
  ::Pool& pool = view.pool();
  const std::vector<Id> dnf = found_by(solver);
  Request request = asked;
  if (request.selection.goal.objective == Objective::dnf) request.selection.goal.objective = Objective::smallest;
  request.selection.goal.scriptlet_deps = ScriptletDeps::keep;
  headers.learn(dnf);
  Choice choice(view, headers, solver, request, dnf, preferences);
  const Chosen best = choice.best();
  Suggestion suggestion;
  suggestion.dnf = totals_of(headers, dnf);
  suggestion.best = solution_of(view, headers, best, &choice, jobs, request);
  suggestion.best.dnf = suggestion.dnf;
  suggestion.decisions = decisions_in(view, headers, choice, request, best, dnf);
  suggestion.blocked = choice.blocked(best, most_blocked);

  std::set<Id> added;
  for (const SwapIds& swap : swaps_of(pool, dnf, best.packages, follows_weak_deps(request))) {
    for (const Id id : swap.chosen) added.insert(id);
  }
  for (const Id id : added) suggestion.packages.push_back(nevra_of(pool, id).name);
  std::sort(suggestion.packages.begin(), suggestion.packages.end());
  suggestion.dnf_with_packages = dnf_with(view, headers, jobs, request, added);

  Request dropping = request;
  dropping.selection.goal.scriptlet_deps = ScriptletDeps::drop;
  const Chosen staying = Choice(view, headers, solver, dropping, dnf, preferences).best();
  std::vector<Id> kept;
  for (const Id id : staying.packages) {
    if (staying.build_only.contains(id)) {
      suggestion.leaving.push_back(nevra_of(pool, id));
    } else {
      kept.push_back(id);
    }
  }
  std::sort(suggestion.leaving.begin(), suggestion.leaving.end(), comes_first_as_text);
  suggestion.staying = totals_of(headers, kept);
  suggestion.staying_optimality = staying.optimality;
  return suggestion;
}

}  // namespace rootlet::solv
