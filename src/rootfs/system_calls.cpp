#include <linux/sched.h>
#include <seccomp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/handle.hpp"
#include "rootlet/error.hpp"
#include "sandbox.hpp"

namespace rootlet::rootfs {
namespace {

using Filter = Handle<std::remove_pointer_t<scmp_filter_ctx>, seccomp_release>;

/// What programs use, of 64 and 32 bits and of all architectures: what container runtimes allow by default, without
/// what reaches beyond the namespaces or serves no scriptlet (the clock, processes by descriptor, io_uring, keyrings).
/// What is not listed, later system calls too, does not exist (ENOSYS), which programs are prepared for.
constexpr std::array allowed_calls{"_llseek",
                                   "_newselect",
                                   "accept",
                                   "accept4",
                                   "access",
                                   "alarm",
                                   "arch_prctl",
                                   "arm_fadvise64_64",
                                   "arm_sync_file_range",
                                   "bind",
                                   "breakpoint",
                                   "brk",
                                   "cachestat",
                                   "cacheflush",
                                   "capget",
                                   "capset",
                                   "chdir",
                                   "chmod",
                                   "chown",
                                   "chown32",
                                   "chroot",
                                   "clock_getres",
                                   "clock_getres_time64",
                                   "clock_gettime",
                                   "clock_gettime64",
                                   "clock_nanosleep",
                                   "clock_nanosleep_time64",
                                   "close",
                                   "close_range",
                                   "connect",
                                   "copy_file_range",
                                   "creat",
                                   "dup",
                                   "dup2",
                                   "dup3",
                                   "epoll_create",
                                   "epoll_create1",
                                   "epoll_ctl",
                                   "epoll_ctl_old",
                                   "epoll_pwait",
                                   "epoll_pwait2",
                                   "epoll_wait",
                                   "epoll_wait_old",
                                   "eventfd",
                                   "eventfd2",
                                   "execve",
                                   "execveat",
                                   "exit",
                                   "exit_group",
                                   "faccessat",
                                   "faccessat2",
                                   "fadvise64",
                                   "fadvise64_64",
                                   "fallocate",
                                   "fchdir",
                                   "fchmod",
                                   "fchmodat",
                                   "fchmodat2",
                                   "fchown",
                                   "fchown32",
                                   "fchownat",
                                   "fcntl",
                                   "fcntl64",
                                   "fdatasync",
                                   "fgetxattr",
                                   "flistxattr",
                                   "flock",
                                   "fork",
                                   "fremovexattr",
                                   "fsetxattr",
                                   "fstat",
                                   "fstat64",
                                   "fstatat64",
                                   "fstatfs",
                                   "fstatfs64",
                                   "fsync",
                                   "ftruncate",
                                   "ftruncate64",
                                   "futex",
                                   "futex_requeue",
                                   "futex_time64",
                                   "futex_wait",
                                   "futex_waitv",
                                   "futex_wake",
                                   "futimesat",
                                   "get_robust_list",
                                   "get_thread_area",
                                   "getcpu",
                                   "getcwd",
                                   "getdents",
                                   "getdents64",
                                   "getegid",
                                   "getegid32",
                                   "geteuid",
                                   "geteuid32",
                                   "getgid",
                                   "getgid32",
                                   "getgroups",
                                   "getgroups32",
                                   "getitimer",
                                   "getpeername",
                                   "getpgid",
                                   "getpgrp",
                                   "getpid",
                                   "getppid",
                                   "getpriority",
                                   "getrandom",
                                   "getresgid",
                                   "getresgid32",
                                   "getresuid",
                                   "getresuid32",
                                   "getrlimit",
                                   "getrusage",
                                   "getsid",
                                   "getsockname",
                                   "getsockopt",
                                   "gettid",
                                   "gettimeofday",
                                   "getuid",
                                   "getuid32",
                                   "getxattr",
                                   "getxattrat",
                                   "inotify_add_watch",
                                   "inotify_init",
                                   "inotify_init1",
                                   "inotify_rm_watch",
                                   "io_cancel",
                                   "io_destroy",
                                   "io_getevents",
                                   "io_pgetevents",
                                   "io_pgetevents_time64",
                                   "io_setup",
                                   "io_submit",
                                   "ioctl",
                                   "ioprio_get",
                                   "ioprio_set",
                                   "ipc",
                                   "kill",
                                   "landlock_add_rule",
                                   "landlock_create_ruleset",
                                   "landlock_restrict_self",
                                   "lchown",
                                   "lchown32",
                                   "lgetxattr",
                                   "link",
                                   "linkat",
                                   "listen",
                                   "listxattr",
                                   "listxattrat",
                                   "llistxattr",
                                   "lremovexattr",
                                   "lseek",
                                   "lsetxattr",
                                   "lstat",
                                   "lstat64",
                                   "madvise",
                                   "map_shadow_stack",
                                   "membarrier",
                                   "memfd_create",
                                   "mincore",
                                   "mkdir",
                                   "mkdirat",
                                   "mknod",
                                   "mknodat",
                                   "mlock",
                                   "mlock2",
                                   "mlockall",
                                   "mmap",
                                   "mmap2",
                                   "mprotect",
                                   "mq_getsetattr",
                                   "mq_notify",
                                   "mq_open",
                                   "mq_timedreceive",
                                   "mq_timedreceive_time64",
                                   "mq_timedsend",
                                   "mq_timedsend_time64",
                                   "mq_unlink",
                                   "mremap",
                                   "mseal",
                                   "msgctl",
                                   "msgget",
                                   "msgrcv",
                                   "msgsnd",
                                   "msync",
                                   "munlock",
                                   "munlockall",
                                   "munmap",
                                   "name_to_handle_at",
                                   "nanosleep",
                                   "newfstatat",
                                   "open",
                                   "openat",
                                   "openat2",
                                   "pause",
                                   "pipe",
                                   "pipe2",
                                   "pkey_alloc",
                                   "pkey_free",
                                   "pkey_mprotect",
                                   "poll",
                                   "ppoll",
                                   "ppoll_time64",
                                   "prctl",
                                   "pread64",
                                   "preadv",
                                   "preadv2",
                                   "prlimit64",
                                   "pselect6",
                                   "pselect6_time64",
                                   "pwrite64",
                                   "pwritev",
                                   "pwritev2",
                                   "read",
                                   "readahead",
                                   "readlink",
                                   "readlinkat",
                                   "readv",
                                   "recv",
                                   "recvfrom",
                                   "recvmmsg",
                                   "recvmmsg_time64",
                                   "recvmsg",
                                   "remap_file_pages",
                                   "removexattr",
                                   "removexattrat",
                                   "rename",
                                   "renameat",
                                   "renameat2",
                                   "restart_syscall",
                                   "riscv_flush_icache",
                                   "riscv_hwprobe",
                                   "rmdir",
                                   "rseq",
                                   "rt_sigaction",
                                   "rt_sigpending",
                                   "rt_sigprocmask",
                                   "rt_sigqueueinfo",
                                   "rt_sigreturn",
                                   "rt_sigsuspend",
                                   "rt_sigtimedwait",
                                   "rt_sigtimedwait_time64",
                                   "rt_tgsigqueueinfo",
                                   "sched_get_priority_max",
                                   "sched_get_priority_min",
                                   "sched_getaffinity",
                                   "sched_getattr",
                                   "sched_getparam",
                                   "sched_getscheduler",
                                   "sched_rr_get_interval",
                                   "sched_rr_get_interval_time64",
                                   "sched_setaffinity",
                                   "sched_setattr",
                                   "sched_setparam",
                                   "sched_setscheduler",
                                   "sched_yield",
                                   "seccomp",
                                   "select",
                                   "semctl",
                                   "semget",
                                   "semop",
                                   "semtimedop",
                                   "semtimedop_time64",
                                   "send",
                                   "sendfile",
                                   "sendfile64",
                                   "sendmmsg",
                                   "sendmsg",
                                   "sendto",
                                   "set_robust_list",
                                   "set_thread_area",
                                   "set_tid_address",
                                   "set_tls",
                                   "setfsgid",
                                   "setfsgid32",
                                   "setfsuid",
                                   "setfsuid32",
                                   "setgid",
                                   "setgid32",
                                   "setgroups",
                                   "setgroups32",
                                   "setitimer",
                                   "setpgid",
                                   "setpriority",
                                   "setregid",
                                   "setregid32",
                                   "setresgid",
                                   "setresgid32",
                                   "setresuid",
                                   "setresuid32",
                                   "setreuid",
                                   "setreuid32",
                                   "setrlimit",
                                   "setsid",
                                   "setsockopt",
                                   "setuid",
                                   "setuid32",
                                   "setxattr",
                                   "setxattrat",
                                   "shmat",
                                   "shmctl",
                                   "shmdt",
                                   "shmget",
                                   "shutdown",
                                   "sigaltstack",
                                   "signal",
                                   "signalfd",
                                   "signalfd4",
                                   "sigaction",
                                   "sigpending",
                                   "sigprocmask",
                                   "sigreturn",
                                   "sigsuspend",
                                   "socket",
                                   "socketcall",
                                   "socketpair",
                                   "splice",
                                   "stat",
                                   "stat64",
                                   "statfs",
                                   "statfs64",
                                   "statx",
                                   "swapcontext",
                                   "symlink",
                                   "symlinkat",
                                   "sync",
                                   "sync_file_range",
                                   "sync_file_range2",
                                   "syncfs",
                                   "sysinfo",
                                   "tee",
                                   "tgkill",
                                   "time",
                                   "timer_create",
                                   "timer_delete",
                                   "timer_getoverrun",
                                   "timer_gettime",
                                   "timer_gettime64",
                                   "timer_settime",
                                   "timer_settime64",
                                   "timerfd_create",
                                   "timerfd_gettime",
                                   "timerfd_gettime64",
                                   "timerfd_settime",
                                   "timerfd_settime64",
                                   "times",
                                   "tkill",
                                   "truncate",
                                   "truncate64",
                                   "ugetrlimit",
                                   "umask",
                                   "uname",
                                   "unlink",
                                   "unlinkat",
                                   "utime",
                                   "utimensat",
                                   "utimensat_time64",
                                   "utimes",
                                   "vfork",
                                   "vmsplice",
                                   "wait4",
                                   "waitid",
                                   "waitpid",
                                   "write",
                                   "writev"};

/// What programs expect to be refused rather than to be missing, where they may not.
constexpr std::array forbidden_calls{"acct",
                                     "adjtimex",
                                     "clock_adjtime",
                                     "clock_adjtime64",
                                     "clock_settime",
                                     "clock_settime64",
                                     "delete_module",
                                     "finit_module",
                                     "init_module",
                                     "ioperm",
                                     "iopl",
                                     "kexec_file_load",
                                     "kexec_load",
                                     "mount",
                                     "open_by_handle_at",
                                     "personality",
                                     "pivot_root",
                                     "process_vm_readv",
                                     "process_vm_writev",
                                     "ptrace",
                                     "quotactl",
                                     "reboot",
                                     "setdomainname",
                                     "sethostname",
                                     "setns",
                                     "settimeofday",
                                     "stime",
                                     "swapoff",
                                     "swapon",
                                     "syslog",
                                     "umount",
                                     "umount2",
                                     "unshare",
                                     "vhangup"};

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

/// libseccomp returns a negative error number.
void check_filter(int result, const std::string& what) {
  if (result >= 0) return;
  throw Error(system_error("cannot isolate the root: seccomp: " + what, -result).what(),
              "the kernel must allow seccomp filters (CONFIG_SECCOMP_FILTER)");
}

/// A filter over this machine's architecture and the 32-bit one that its kernel may run as well. `otherwise`: what
/// becomes of calls without a rule, `elsewhere`: of those of other architectures.
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

/// A call that this libseccomp does not know gets no rule.
template <class... Condition>
void add_rule(const Filter& filter, std::uint32_t action, const char* call, Condition... condition) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return;
  check_filter(seccomp_rule_add(filter.get(), action, number, sizeof...(condition), condition...), call);
}

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

}  // namespace

void limit_system_calls() {
  const Filter filter = make_filter(SCMP_ACT_ERRNO(ENOSYS), SCMP_ACT_ERRNO(ENOSYS));
  add_calls(filter);
  const Filter sockets = without_odd_sockets();
  // Of two filters, the stricter answer counts.
  check_filter(seccomp_load(sockets.get()), "load");
  check_filter(seccomp_load(filter.get()), "load");
}

}  // namespace rootlet::rootfs
