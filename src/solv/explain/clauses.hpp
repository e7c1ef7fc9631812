#pragma once

#include <map>
#include <vector>

#include "../job.hpp"
#include "../pool.hpp"

namespace rootlet::solv {

/// A package in the order of explanations: by name, then oldest first. Counts from 1.
using Rank = int;

/// One of the solver's rules: at least one literal holds. +rank: the package is installed, -rank: it is not.
struct Clause {
  ::SolverRuleinfo kind = SOLVER_RULE_UNKNOWN;  ///< the rule's class: SOLVER_RULE_PKG, _JOB, _BEST, …
  Id rule = 0;
  int job = -1;  ///< index of the job behind a SOLVER_RULE_JOB or _BEST
  std::vector<Rank> literals;
};

/// The rules that a solver worked with, learnt and optional ones left out, numbered and sorted by what they say: the
/// pool's order does not show.
class Clauses {
 public:
  Clauses(::Pool& pool, ::Solver& solver, const std::vector<Job>& jobs);

  [[nodiscard]] const std::vector<Clause>& all() const noexcept { return clauses_; }
  /// Only those that libsolv's own proofs use.
  [[nodiscard]] std::vector<Clause> core(::Solver& solver) const;
  [[nodiscard]] int ranks() const noexcept { return static_cast<int>(packages_.size()); }
  /// By rank: the name's id.
  [[nodiscard]] std::vector<Id> names(::Pool& pool) const;
  [[nodiscard]] Id package(Rank rank) const { return packages_.at(static_cast<std::size_t>(rank)); }
  [[nodiscard]] Rank rank(Id package) const;

 private:
  void number(::Pool& pool);

  std::vector<Clause> clauses_;
  std::vector<Id> packages_;  ///< by rank; the first is no package
  std::map<Id, Rank> ranks_;
};

}  // namespace rootlet::solv
