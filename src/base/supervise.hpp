#pragma once

#include <functional>

#include "base/child.hpp"

namespace rootlet {

/// Splits the process in two. The child returns from here and does the work. The parent waits for it, passes on
/// SIGINT, SIGTERM and SIGHUP, and ends as the child does; when a signal ended the child, it runs `clean_up` first. The
/// parent's own death ends the child.
/// For work that must leave nothing behind however it is interrupted. Call it before threads are started. `beside` runs
/// in the parent before it waits, with those signals blocked; what it throws ends the child, and comes from here.
void supervise(const std::function<void()>& clean_up, const std::function<void(const Child&)>& beside = {});

}  // namespace rootlet
