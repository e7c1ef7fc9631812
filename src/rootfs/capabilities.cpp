#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "isolation_steps.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

constexpr const char* host_hint = "in a container, it must be allowed to mount file systems: see docs/rootless.md";

struct Capability {
  int number;
  const char* name;
};

/// Capabilities that packages need to write their files and scriptlets to set owners, modes, users and file
/// capabilities.
constexpr std::array kept_capabilities{Capability{CAP_CHOWN, "CHOWN"},
                                       Capability{CAP_DAC_OVERRIDE, "DAC_OVERRIDE"},
                                       Capability{CAP_FOWNER, "FOWNER"},
                                       Capability{CAP_FSETID, "FSETID"},
                                       Capability{CAP_KILL, "KILL"},
                                       Capability{CAP_SETGID, "SETGID"},
                                       Capability{CAP_SETUID, "SETUID"},
                                       Capability{CAP_SETFCAP, "SETFCAP"},
                                       Capability{CAP_SYS_CHROOT, "SYS_CHROOT"}};

constexpr unsigned bit_of(const Capability& one) { return 1U << static_cast<unsigned>(one.number); }

}  // namespace

void check(bool ok, const std::string& what) {
  if (ok) return;
  const Error error = system_error("cannot isolate the root: " + what);
  throw Error(error.what(), errno == EPERM ? host_hint : error.hint());
}

void require_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  check(syscall(SYS_capget, &header, sets.data()) == 0, "capget");
  for (const Capability& one : kept_capabilities) {
    if ((sets[0].permitted & bit_of(one)) != 0) continue;
    throw Error(std::string("cannot isolate the root: this process lacks the capability CAP_") + one.name +
                    ", which packages need",
                std::string("start the container with --cap-add ") + one.name + ": see docs/rootless.md");
  }
}

void drop_capabilities(bool ports) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  check(syscall(SYS_capget, &header, sets.data()) == 0, "capget");
  unsigned kept_bits = ports ? sets[0].permitted & (1U << CAP_NET_BIND_SERVICE) : 0;
  for (const Capability& one : kept_capabilities) kept_bits |= bit_of(one);
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    const bool kept = capability < 32 && (kept_bits & (1U << static_cast<unsigned>(capability))) != 0;
    if (!kept) check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0, "PR_CAPBSET_DROP");
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  sets = {};
  sets[0].permitted = sets[0].effective = kept_bits;
  check(syscall(SYS_capset, &header, sets.data()) == 0, "capset");
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
  // Keeps other processes of the sandbox from this one's /proc/1/fd, /proc/1/mem and the like.
  check(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
}

}  // namespace rootlet::rootfs
