#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "base/fs.hpp"
#include "sandbox.hpp"

namespace rootlet::rootfs {

void bring_loopback_up() {
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  if (socket && ioctl(socket.get(), SIOCGIFFLAGS, &request) == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    ioctl(socket.get(), SIOCSIFFLAGS, &request);
  }
  // Of the namespace that the process is in. In a container, /proc/sys may be read-only; a capability stands in then.
  const Fd first_port(open("/proc/sys/net/ipv4/ip_unprivileged_port_start", O_WRONLY | O_CLOEXEC));
  if (first_port && write(first_port.get(), "0", 1) < 0) return;
}

}  // namespace rootlet::rootfs
