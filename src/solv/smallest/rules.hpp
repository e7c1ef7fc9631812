#pragma once

#include <vector>

#include "../pool.hpp"
#include "optimize/optimize.hpp"

namespace rootlet::solv {

/// Of each rule at least one literal holds. +id: the package is in the set, -id: it is not.
using Rules = optimize::Clauses;

/// The rules of a solver, as far as the set it has found satisfies them: what else it was told is a policy that it has
/// given up itself.
struct SolverRules {
  Rules packages;  ///< requirements of packages, and what they do not tolerate
  Rules request;   ///< demands of the request
};
SolverRules rules_of(::Solver& solver, const IdMap& found);

bool holds(std::span<const Id> rule, const IdMap& set);

/// Takes away from `allowed` what no set can hold, because it requires what is not allowed.
void disallow_impossible(const Rules& rules, IdMap& allowed, int ids);

/// Drops what cannot matter: rules about packages that no chain of requirements leads to from what is asked for, and
/// packages that are not `allowed`. What is left has the same least sets.
Rules reachable(const Rules& rules, const IdMap& allowed, int ids);

}  // namespace rootlet::solv
