#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "caller.hpp"
#include "owner_calls.hpp"
#include "owners.hpp"

namespace rootlet::rights {

/// Answers a call that shows a file's owner: writes what the kernel says of the open file, but for the owner, to where
/// the caller wants it. Returns 0 or a number of errno.
int show(const OwnerCall& call, const Caller& caller, int file, const struct stat& info, Owner owner);

}  // namespace rootlet::rights
