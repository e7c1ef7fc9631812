#pragma once

#include <vector>

#include "../job.hpp"
#include "causes.hpp"
#include "rootlet/problem.hpp"

namespace rootlet::solv {

/// Where the solver's rules are beyond what can be derived in bounded time: its own proof, rule by rule, below the
/// entries of the recipe that it starts from.
void tell_flat(const Causes& causes, ::Pool& pool, ::Solver& solver, const std::vector<Job>& jobs, Unsolvable& into);

}  // namespace rootlet::solv
