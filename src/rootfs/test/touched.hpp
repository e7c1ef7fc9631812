#pragma once

#include "root/beneath.hpp"
#include "rootlet/touched.hpp"
#include "trace.hpp"

namespace rootlet::rootfs {

/// Files that a trace names.
struct TracedFiles {
  TouchedFiles in_root;    ///< with each link and directory on the way
  TouchedFiles elsewhere;  ///< made by programs, or in what was mounted: below /proc, /dev and /sys
};
/// Follows links of a root as the kernel does it. What is nowhere is left out.
TracedFiles touched_in(const root::Root& root, const Trace& trace);

}  // namespace rootlet::rootfs
