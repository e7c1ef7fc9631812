#pragma once

#include <sys/types.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/fs.hpp"
#include "rootlet/touched.hpp"

namespace rootlet::rootfs {

/// Calls that programs have made, with paths as they named them.
struct Trace {
  /// By paths from the root, not normalized; whether a link at the end was followed.
  std::map<std::pair<std::string, bool>, Touch> paths;
  std::set<std::string> system_calls;  ///< names; only where all calls were asked for
  std::set<std::string> sockets;       ///< the same: "inet stream", as AppArmor names them
  std::set<std::string> privileges;    ///< the same: "root": programs began as root; "low_port": bound below 1024
};

/// Traces all that process 1 of a sandbox starts, but not itself, until it has ended; it is not waited for. From
/// outside the sandbox, with the rights that the inside has given up. `request`: whence it asks for it, `proc`: /proc
/// of this process's pid namespace. How it works: docs/internals/trace.md. Errors: this process may not trace; more
/// than 300,000 paths.
Trace trace_programs(pid_t first, Fd request, const Fd& proc, bool all_calls);

/// A trace in messages to the outside, and put together again there.
std::vector<nlohmann::json> messages_of(const Trace& trace);
void add_message(const nlohmann::json& message, Trace& trace);

}  // namespace rootlet::rootfs
