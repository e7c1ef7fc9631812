#pragma once

#include "../pool.hpp"

namespace rootlet::solv {

/// The packages that DNF could choose: of each name and word size, what the solver may install, of the highest
/// priority, in the newest version, from the cheapest repository; and what DNF's own answer, `found`, holds.
void mark_candidates(::Pool& pool, const IdMap& found, IdMap& into);

}  // namespace rootlet::solv
