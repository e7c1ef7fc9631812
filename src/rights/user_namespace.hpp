#pragma once

#include "id_map.hpp"

namespace rootlet::rights {

/// Who gives a new user namespace its ids.
enum class Mapper {
  kernel,   ///< a process of ours, as far as its rights go: any ids by CAP_SETUID and CAP_SETGID, else its own alone
  programs  ///< newuidmap(1) and newgidmap(1), which give subordinate ids
};

/// Makes the process root of a new user namespace. It must have one thread. Error: the kernel or the programs refuse.
void enter_user_namespace(const IdMap& users, const IdMap& groups, Mapper mapper);

}  // namespace rootlet::rights
