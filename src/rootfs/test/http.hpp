#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/fs.hpp"
#include "rootlet/tests.hpp"

namespace rootlet::rootfs {

/// Waits until a descriptor is ready, as poll(2) has it; false: it is not in time.
using WaitUntilReady = std::function<bool(int fd, short events)>;

/// Connects to a port of the loopback address, of IPv4 or else of IPv6. Error: "nothing listens on port 80".
Fd connect_to_loopback(std::uint32_t port, const WaitUntilReady& wait);

/// An answer by HTTP.
struct ProbeAnswer {
  std::uint32_t status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; several of a name are joined by ", "
  std::string body;                            ///< its first MiB
};

/// Sends the request and reads the answer: HTTP/1.0 or 1.1, the body as long as told, in chunks, or up to the end of
/// the connection. Headers beyond 64 KiB, and what is no HTTP, are an Error, and so is an answer that is not there in
/// time.
ProbeAnswer ask(const HttpProbe& probe, const WaitUntilReady& wait);

}  // namespace rootlet::rootfs
