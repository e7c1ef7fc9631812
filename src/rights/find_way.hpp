#pragma once

#include "rootlet/rights.hpp"

namespace rootlet::rights {

/// The first way that leads there. Each is tried in a process of its own. Error: none does; the hint says why of each.
Way find_way();

/// Goes it: the process is root of a user namespace afterwards, but by Way::root. It must have one thread. Errors: as
/// when it was tried.
void go(Way way);
/// The same, but with Way::single_id, files are all root's: enough for removing them, and the process is not split.
void enter(Way way);

}  // namespace rootlet::rights
