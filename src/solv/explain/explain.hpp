#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../job.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/solv/solve.hpp"

namespace rootlet::solv {

/// Whether a changed request over the same packages has a solution.
using Attempt = std::function<bool(const Request&)>;

/// Why the solver found no set: its rules, told from the recipe to the cause, and what to change.
Unsolvable explain(::Pool& pool, ::Solver& solver, const Request& request, const std::vector<Job>& jobs,
                   const Attempt& attempt);

/// Why entries of the recipe match no package that may be chosen.
Unsolvable explain_unmatched(::Pool& pool, const Request& request, const std::vector<RecipeItem>& entries,
                             const Attempt& attempt);

}  // namespace rootlet::solv
