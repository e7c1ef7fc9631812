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

/// Whether a changed request over the same universe has a solution.
using Attempt = std::function<bool(const Request&)>;

/// Why the solver found no set: its rules, told from the recipe to the cause, and what to change. The universe must
/// have descriptions.
Unsolvable explain(const View& view, ::Solver& solver, const std::vector<Job>& jobs, const Attempt& attempt);

/// The same for what stood in the way before the solver was asked.
Unsolvable explain_plain(const std::vector<PlainProblem>& problems);

/// Why entries of the recipe, or what its files need, match no package that may be chosen; each as a job without any.
Unsolvable explain_unmatched(const View& view, const std::vector<Job>& entries, const Attempt& attempt);

}  // namespace rootlet::solv
