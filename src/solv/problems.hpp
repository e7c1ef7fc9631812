#pragma once

#include <string>
#include <vector>

#include "pool.hpp"
#include "rootlet/model/package.hpp"

namespace rootlet::solv {

/// What stands in the way of a solution, from the solver's rules, one sentence a rule. `asked` names, for each job
/// (two ids in the queue), the recipe's entry behind it.
std::vector<Problem> explain(::Pool& pool, ::Solver& solver, const ::Queue& jobs,
                             const std::vector<std::string>& asked);

}  // namespace rootlet::solv
