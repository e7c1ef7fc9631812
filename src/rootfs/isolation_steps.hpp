#pragma once

#include <string>
#include <vector>

namespace rootlet::rootfs {

// Steps of enter_root() that need nothing of the others. Errors: "cannot isolate the root: <what>: <cause>".

/// Throws what errno says, unless all is well.
void check(bool ok, const std::string& what);

/// Error: this process lacks a capability that packages need, as in a container that was started without.
void require_capabilities();

/// Keeps those capabilities alone, and lets nobody gain others. `ports`: also that of ports below 1024, where there is.
void drop_capabilities(bool ports);

/// stdin from /dev/null of the root; closes all but that, the output and `keep`, which get close-on-exec.
void arrange_descriptors(const std::vector<int>& keep);

}  // namespace rootlet::rootfs
