#pragma once

#include <vector>

#include "job.hpp"
#include "known_headers.hpp"
#include "reasons.hpp"
#include "rootlet/package.hpp"
#include "smallest/choice.hpp"
#include "view.hpp"

namespace rootlet::solv {

bool follows_weak_deps(const Request& request);

Totals totals_of(const KnownHeaders& headers, const std::vector<Id>& packages);

/// Places of a set's packages in its solution.
Places places_of(const KnownHeaders& headers, const std::vector<Id>& packages);

/// A set with its reasons. `choice`: how it was chosen, unless it is just DNF's.
Solution solution_of(const View& view, const KnownHeaders& headers, const Chosen& set, const Choice* choice,
                     const std::vector<Job>& jobs, const Request& request);

/// Of all sets that satisfy the request the one that it wants, starting from DNF's, which the solver has found.
Solution answer(const View& view, KnownHeaders& headers, ::Solver& solver, const std::vector<Job>& jobs,
                const Request& request, const Preferences& preferences);

}  // namespace rootlet::solv
