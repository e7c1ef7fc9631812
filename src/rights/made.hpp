#pragma once

#include "caller.hpp"
#include "owner_calls.hpp"
#include "owners.hpp"
#include "reply.hpp"

namespace rootlet::rights {

/// Answers a call that may make a file. In a directory with the set-group-ID bit, a new file gets the directory's
/// group; where that is one that the directory was given here, the file is made for the caller, so that it has its
/// group before anybody sees it. All other files are the kernel's affair. (So are those of openat2(2).)
Reply make(const OwnerCall& call, const Caller& caller, OwnerTable& owners);

}  // namespace rootlet::rights
