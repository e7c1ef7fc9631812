#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../job.hpp"
#include "../plain_problem.hpp"
#include "causes.hpp"
#include "rootlet/problem.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// Whether a changed request over the same packages has a solution.
using Attempt = std::function<bool(const Request&)>;

/// What explanations need to know beside the solver's rules.
struct Background {
  const Universe& universe;
  const Request& request;
  Attempt attempt;
};

/// Why the solver found no set: its rules, told from the recipe to the cause, and what to change.
Unsolvable explain(const Background& background, ::Solver& solver, const std::vector<Job>& jobs);

/// The same for what stood in the way before the solver was asked.
Unsolvable explain_plain(const std::vector<PlainProblem>& problems);

/// Why entries of the recipe match no package that may be chosen.
Unsolvable explain_unmatched(const Background& background, const std::vector<RecipeItem>& entries);

}  // namespace rootlet::solv
