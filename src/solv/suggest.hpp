#pragma once

#include <vector>

#include "job.hpp"
#include "rootlet/suggestion.hpp"
#include "smallest/choice.hpp"
#include "universe.hpp"

namespace rootlet::solv {

/// How a request could lead to less, starting from DNF's set, which `solver` has found.
Suggestion suggestion_of(Universe& universe, ::Solver& solver, const std::vector<Job>& jobs, const Request& request,
                         const Preferences& preferences);

}  // namespace rootlet::solv
