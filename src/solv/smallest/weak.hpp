#pragma once

#include "formula.hpp"
#include "rules.hpp"

namespace rootlet::solv {

/// Adds a rule for each weak dependency that counts, recommendations and supplements, as far as `allowed` packages can
/// meet it and the set `found`, in which the solver has done what can be done, does.
void add_weak_rules(::Pool& pool, const IdMap& found, const IdMap& allowed, Rules& rules);

}  // namespace rootlet::solv
