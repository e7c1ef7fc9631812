#pragma once

#include "base/fs.hpp"

namespace rootlet::rights {

/// Makes the calling process, and all that it starts, wait at each owner call until whoever has the descriptor that is
/// returned (seccomp_unotify(2)) has answered it. Error: the kernel does not allow it.
Fd trap_owner_calls();

}  // namespace rootlet::rights
