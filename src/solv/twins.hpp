#pragma once

#include <vector>

#include "pool.hpp"

namespace rootlet::solv {

/// Whether two packages have the same name, version and architecture, and repositories of the same priority, but do not
/// require, provide, refuse or obsolete the same: a rebuild that nobody has numbered. Either may be what works.
bool are_twins(::Pool& pool, Id a, Id b);

/// Of candidates for one job, those that the solver's "best" means, with their twins; empty where none has a twin, and
/// the solver itself may say which is the best. It would take the first of them and insist on that one.
std::vector<Id> best_with_twins(::Pool& pool, const std::vector<Id>& candidates);

}  // namespace rootlet::solv
