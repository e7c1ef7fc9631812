#pragma once

#include <map>

#include "../pool.hpp"

namespace rootlet::solv {

/// Marks the packages that DNF could choose: of each name and word size, what the solver may install, of the highest
/// priority, in the newest version, from the cheapest repository, unless another one of these obsoletes it; and what
/// DNF's own answer, `found`, holds. Returns which packages are obsoleted, and by which.
std::map<Id, Id> mark_candidates(::Pool& pool, const IdMap& found, IdMap& into);

}  // namespace rootlet::solv
