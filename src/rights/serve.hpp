#pragma once

#include "refused_ids.hpp"

namespace rootlet::rights {

/// Answers the owner calls that the descriptor tells of, for as long as anybody is left to make one. For a thread of
/// its own: it leaves the process's root and directory. Error: they cannot be answered.
void serve_owner_calls(int listener, RefusedIds& refused);

}  // namespace rootlet::rights
