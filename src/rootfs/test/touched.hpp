#pragma once

#include "root/beneath.hpp"
#include "rootlet/touched.hpp"
#include "trace.hpp"

namespace rootlet::rootfs {

/// The files of a root that a trace names: links are followed as the kernel does it, and each link and directory on the
/// way is there, too. What the root does not have is left out.
TouchedFiles touched_in(const root::Root& root, const Trace& trace);

/// Adds what else was done to a file.
void add_touch(Touch& to, const Touch& more);

}  // namespace rootlet::rootfs
