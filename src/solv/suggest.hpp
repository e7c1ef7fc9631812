#pragma once

#include <vector>

#include "job.hpp"
#include "known_headers.hpp"
#include "rootlet/suggestion.hpp"
#include "smallest/choice.hpp"
#include "view.hpp"

namespace rootlet::solv {

/// How a request could lead to less, starting from DNF's set, which `solver` has found.
Suggestion suggestion_of(const View& view, KnownHeaders& headers, ::Solver& solver, const std::vector<Job>& jobs,
                         const Request& request, const Preferences& preferences);

}  // namespace rootlet::solv
