#include <linux/sched.h>
#include <seccomp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>

#include "filter.hpp"
#include "rootlet/error.hpp"
#include "sandbox.hpp"
#include "system_call_names.hpp"

namespace rootlet::rootfs {
namespace {

/// Execution domains that a program may change to and ask for: personality(2).
constexpr std::array<scmp_datum_t, 5> known_personalities{0, 8, 0x20000, 0x20008, 0xffffffff};

constexpr std::array<int, 4> allowed_families{AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

constexpr scmp_datum_t namespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

#ifdef __s390__
constexpr unsigned clone_flags_argument = 1;
#else
constexpr unsigned clone_flags_argument = 0;
#endif

scmp_arg_cmp argument(unsigned place, scmp_compare compare, scmp_datum_t value, scmp_datum_t other = 0) {
  return {place, compare, value, other};
}

void add_calls(const Filter& filter) {
  for (const char* call : allowed_calls) add_rule(filter, SCMP_ACT_ALLOW, call);
  for (const char* call : forbidden_calls) {
    if (std::string_view(call) != "personality") add_rule(filter, SCMP_ACT_ERRNO(EPERM), call);
  }
  for (const scmp_datum_t domain : known_personalities) {
    add_rule(filter, SCMP_ACT_ALLOW, "personality", argument(0, SCMP_CMP_EQ, domain));
  }
  // Flags of clone3(2) are in memory, where no filter sees them; all programs can do with clone(2).
  add_rule(filter, SCMP_ACT_ALLOW, "clone", argument(clone_flags_argument, SCMP_CMP_MASKED_EQ, namespaces, 0));
}

/// Refuses sockets of other families. Old 32-bit programs make sockets by a call whose arguments are in memory
/// (socketcall(2)), for which libseccomp makes one rule of these: they make none here, and do without name services and
/// logs.
Filter without_odd_sockets() {
  constexpr int last = AF_NETLINK;
  constexpr std::uint32_t refusal = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  Filter filter = make_filter(SCMP_ACT_ALLOW, SCMP_ACT_ALLOW);
  for (int family = 0; family <= last; ++family) {
    if (std::find(allowed_families.begin(), allowed_families.end(), family) != allowed_families.end()) continue;
    add_rule(filter, refusal, "socket", argument(0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)));
  }
  add_rule(filter, refusal, "socket", argument(0, SCMP_CMP_GT, last));
  return filter;
}

constexpr std::array unpacking_calls{"read",
                                     "pread64",
                                     "write",
                                     "close",
                                     "pipe2",
                                     "fcntl",
                                     "fcntl64",
                                     "fstat",
                                     "fstat64",
                                     "newfstatat",
                                     "statx",
                                     "poll",
                                     "ppoll",
                                     "ppoll_time64",
                                     "recvfrom",
                                     "recvmsg",
                                     "sendto",
                                     "sendmsg",
                                     "socketcall",
                                     "mmap",
                                     "mmap2",
                                     "munmap",
                                     "mremap",
                                     "mprotect",
                                     "madvise",
                                     "brk",
                                     "futex",
                                     "futex_time64",
                                     "set_robust_list",
                                     "rseq",
                                     "gettid",
                                     "getpid",
                                     "tgkill",
                                     "sched_getaffinity",
                                     "sched_yield",
                                     "rt_sigprocmask",
                                     "rt_sigaction",
                                     "rt_sigreturn",
                                     "sigaltstack",
                                     "restart_syscall",
                                     "clock_gettime",
                                     "clock_gettime64",
                                     "clock_nanosleep",
                                     "clock_nanosleep_time64",
                                     "getrandom",
                                     "exit",
                                     "exit_group"};

}  // namespace

void check_filter(int result, const std::string& what) {
  if (result >= 0) return;
  throw Error(system_error("cannot isolate the root: seccomp: " + what, -result).what(),
              "the kernel must allow seccomp filters (CONFIG_SECCOMP_FILTER)");
}

Filter make_filter(std::uint32_t otherwise, std::uint32_t elsewhere) {
  Filter filter{seccomp_init(otherwise)};
  if (!filter) throw Error("cannot isolate the root: seccomp: seccomp_init");
#if defined(__x86_64__)
  check_filter(seccomp_arch_add(filter.get(), SCMP_ARCH_X86), "architecture");
#elif defined(__aarch64__)
  check_filter(seccomp_arch_add(filter.get(), SCMP_ARCH_ARM), "architecture");
#elif defined(__s390x__)
  check_filter(seccomp_arch_add(filter.get(), SCMP_ARCH_S390), "architecture");
#endif
  check_filter(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, elsewhere), "attribute");
  // No slower than without a filter: what it lets through does not depend on what others keep secret.
  check_filter(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_SSB, 1), "attribute");
  check_filter(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "attribute");
  return filter;
}

void limit_to_calls(const std::vector<std::string>& calls) {
  const Filter filter = make_filter(SCMP_ACT_ERRNO(ENOSYS), SCMP_ACT_ERRNO(ENOSYS));
  for (const std::string& call : calls) add_rule(filter, SCMP_ACT_ALLOW, call.c_str());
  check_filter(seccomp_load(filter.get()), "load");
}

void limit_to_unpacking() {
  const Filter filter = make_filter(SCMP_ACT_ERRNO(ENOSYS), SCMP_ACT_ERRNO(ENOSYS));
  for (const char* call : unpacking_calls) add_rule(filter, SCMP_ACT_ALLOW, call);
  add_rule(filter, SCMP_ACT_ALLOW, "clone",
           argument(clone_flags_argument, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  check_filter(seccomp_load(filter.get()), "load");
}

void limit_system_calls() {
  const Filter filter = make_filter(SCMP_ACT_ERRNO(ENOSYS), SCMP_ACT_ERRNO(ENOSYS));
  add_calls(filter);
  const Filter sockets = without_odd_sockets();
  // Of two filters, the stricter answer counts.
  check_filter(seccomp_load(sockets.get()), "load");
  check_filter(seccomp_load(filter.get()), "load");
}

}  // namespace rootlet::rootfs
