#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "choice.hpp"

namespace rootlet::solv {
namespace {

/// Capability that `package` conflicts with and `other` provides; 0 where there is none.
Id conflict_with(::Pool& pool, Id package, Id other) {
  for (const Id dep : dependencies(pool, package, SOLVABLE_CONFLICTS)) {
    const auto all = providers(pool, dep);
    if (std::find(all.begin(), all.end(), other) != all.end()) return dep;
  }
  return 0;
}

}  // namespace

/// The program with a variable for each conflict that is true where the conflict is ignored; at most one is.
optimize::Program Choice::with_conflicts_ignored(std::vector<Conflict>& conflicts) const {
  optimize::Program program{program_.variables, {}, program_.levels};
  int earlier = 0;  // true if one of the conflicts before is ignored
  for (std::size_t i = 0; i < program_.clauses.size(); ++i) {
    const auto clause = program_.clauses[i];
    std::vector<optimize::Literal> literals(clause.begin(), clause.end());
    if (const auto conflict = conflict_of(clause)) {
      const int ignored = ++program.variables;
      const int until_here = ++program.variables;
      literals.push_back(ignored);
      program.clauses.add(std::vector{-ignored, until_here});
      std::vector<optimize::Literal> only_if{-until_here, ignored};
      if (earlier != 0) {
        program.clauses.add(std::vector{-earlier, until_here});
        program.clauses.add(std::vector{-earlier, -ignored});
        only_if.push_back(earlier);
      }
      program.clauses.add(only_if);
      earlier = until_here;
      conflicts.push_back(*conflict);
      conflicts.back().ignored = ignored;
    }
    program.clauses.add(literals);
  }
  for (optimize::Costs& level : program.levels) level.resize(static_cast<std::size_t>(program.variables), 0);
  // None is ignored for nothing.
  optimize::Costs& ignoring = program.levels.emplace_back(static_cast<std::size_t>(program.variables), 0);
  for (const Conflict& conflict : conflicts) ignoring.at(static_cast<std::size_t>(conflict.ignored) - 1) = 1;
  return program;
}

std::optional<Choice::Conflict> Choice::conflict_of(std::span<const optimize::Literal> clause) const {
  if (clause.size() != 2 || clause[0] > 0 || clause[1] > 0) return std::nullopt;
  const Id a = ids_.at(static_cast<std::size_t>(-clause[0]) - 1);
  const Id b = ids_.at(static_cast<std::size_t>(-clause[1]) - 1);
  if (pool_id2solvable(&pool_, a)->name == pool_id2solvable(&pool_, b)->name) return std::nullopt;
  if (const Id dep = conflict_with(pool_, a, b); dep != 0) return Conflict{a, dep, b, 0};
  if (const Id dep = conflict_with(pool_, b, a); dep != 0) return Conflict{b, dep, a, 0};
  return std::nullopt;
}

std::vector<Blocked> Choice::blocked(const Chosen& best, std::size_t most) {
  const std::set<Id> before(best.packages.begin(), best.packages.end());
  std::set<std::pair<Id, Id>> done;  // conflicts that have been told
  std::vector<Blocked> found;
  while (found.size() < most) {
    std::vector<Conflict> conflicts;
    optimize::Program program = with_conflicts_ignored(conflicts);
    for (const Conflict& conflict : conflicts) {
      if (done.contains({conflict.package, conflict.other})) program.clauses.add(std::vector{-conflict.ignored});
    }
    const auto optimum = optimize::minimize(program, assignment(best.packages, program.variables), limits());
    if (conflicts.empty() || !optimum) break;
    std::vector<Id> packages;
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (optimum->values[i]) packages.push_back(ids_[i]);
    }
    if (learn(packages)) {
      if (optimum->proved) continue;
      break;  // what it would save is not known
    }
    const std::uint64_t value = optimum->costs.at(main_level_);
    const auto ignored = std::find_if(conflicts.begin(), conflicts.end(), [&](const Conflict& conflict) {
      return optimum->values.at(static_cast<std::size_t>(conflict.ignored) - 1);
    });
    if (value >= best.optimality.value || ignored == conflicts.end()) break;
    Blocked blocked{nevra_of(pool_, ignored->package),
                    dep_str(pool_, ignored->dep),
                    nevra_of(pool_, ignored->other),
                    best.optimality.value - value,
                    {},
                    {}};
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if (optimum->values[i] == before.contains(ids_[i])) continue;
      (optimum->values[i] ? blocked.added : blocked.removed).push_back(packages_[i].nevra);
    }
    found.push_back(std::move(blocked));
    done.emplace(ignored->package, ignored->other);
  }
  return found;
}

}  // namespace rootlet::solv
