#include "rootlet/seccomp.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

namespace rootlet {
namespace {

/// Calls of which a program makes one or another by its C library, the version of that, the architecture, or chance: by
/// their pages of the Linux manual, section 2.
constexpr std::array<std::string_view, 40> families{
    "open openat openat2 creat",
    "stat lstat fstat newfstatat statx stat64 lstat64 fstat64 fstatat64",
    "access faccessat faccessat2",
    "readlink readlinkat",
    "getdents getdents64",
    "mkdir mkdirat",
    "rmdir unlink unlinkat",
    "rename renameat renameat2",
    "link linkat",
    "symlink symlinkat",
    "mknod mknodat",
    "chmod fchmod fchmodat fchmodat2",
    "chown fchown lchown fchownat",
    "utime utimes futimesat utimensat",
    "truncate ftruncate",
    "statfs fstatfs statfs64 fstatfs64",
    "dup dup2 dup3",
    "pipe pipe2",
    "poll ppoll",
    "select pselect6",
    "epoll_create epoll_create1",
    "epoll_wait epoll_pwait epoll_pwait2",
    "eventfd eventfd2",
    "signalfd signalfd4",
    "inotify_init inotify_init1",
    "accept accept4",
    "send sendto sendmsg sendmmsg",
    "recv recvfrom recvmsg recvmmsg",
    "read readv pread64 preadv preadv2",
    "write writev pwrite64 pwritev pwritev2",
    "sendfile splice copy_file_range",
    "clone clone3 fork vfork",
    "wait4 waitid",
    "execve execveat",
    "time gettimeofday clock_gettime clock_getres",
    "nanosleep clock_nanosleep",
    "alarm setitimer getitimer",
    "getrlimit setrlimit prlimit64",
    "kill tkill tgkill",
    "futex futex_waitv"};

/// Calls of a runtime between loading a profile and the program, beyond those of `always_called`; without them it ends
/// or waits for nothing: fchown(2) makes the standard streams a user's, select(2) waits for `start` after `create`.
/// Seen with runc 1.1 and crun 1.8: run, create and start, exec; users, terminals, with no_new_privileges and without.
/// close_range(2) and epoll_pwait(2): their later versions.
constexpr std::array<std::string_view, 6> called_by_runtimes{"close_range", "epoll_ctl", "epoll_pwait",
                                                             "fchown",      "pselect6",  "select"};

/// Calls of every start and end of a program, by the kernel's, the loader's and the C library's own doing.
constexpr std::array<std::string_view, 57> always_called{"arch_prctl",
                                                         "brk",
                                                         "capget",
                                                         "capset",
                                                         "chdir",
                                                         "clock_gettime",
                                                         "close",
                                                         "execve",
                                                         "exit",
                                                         "exit_group",
                                                         "fchdir",
                                                         "fcntl",
                                                         "fstat",
                                                         "fstatfs",
                                                         "futex",
                                                         "getcwd",
                                                         "getdents64",
                                                         "getegid",
                                                         "geteuid",
                                                         "getgid",
                                                         "getpid",
                                                         "getppid",
                                                         "getrandom",
                                                         "gettid",
                                                         "getuid",
                                                         "lseek",
                                                         "madvise",
                                                         "mmap",
                                                         "mprotect",
                                                         "mremap",
                                                         "munmap",
                                                         "newfstatat",
                                                         "openat",
                                                         "openat2",
                                                         "prctl",
                                                         "pread64",
                                                         "prlimit64",
                                                         "read",
                                                         "restart_syscall",
                                                         "rseq",
                                                         "rt_sigaction",
                                                         "rt_sigprocmask",
                                                         "rt_sigreturn",
                                                         "sched_getaffinity",
                                                         "sched_yield",
                                                         "set_robust_list",
                                                         "set_tid_address",
                                                         "setgid",
                                                         "setgroups",
                                                         "setresgid",
                                                         "setresuid",
                                                         "setuid",
                                                         "sigaltstack",
                                                         "statx",
                                                         "tgkill",
                                                         "umask",
                                                         "write"};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

std::vector<std::string> CallList::all() const {
  std::vector<std::string> calls = seen;
  calls.insert(calls.end(), similar.begin(), similar.end());
  calls.insert(calls.end(), always.begin(), always.end());
  std::sort(calls.begin(), calls.end());
  return calls;
}

CallList with_margin(const std::vector<std::string>& seen) {
  std::set<std::string, std::less<>> known(seen.begin(), seen.end());
  CallList calls{{known.begin(), known.end()}, {}, {}};
  for (const std::string_view family : families) {
    const auto words = words_of(family);
    const bool counts = std::any_of(words.begin(), words.end(), [&](std::string_view one) {
      return std::binary_search(calls.seen.begin(), calls.seen.end(), one);
    });
    for (const std::string_view word : words) {
      if (counts && known.emplace(word).second) calls.similar.emplace_back(word);
    }
  }
  const auto add_always = [&](std::span<const std::string_view> names) {
    for (const std::string_view one : names) {
      if (known.emplace(one).second) calls.always.emplace_back(one);
    }
  };
  add_always(always_called);
  add_always(called_by_runtimes);
  std::sort(calls.similar.begin(), calls.similar.end());
  std::sort(calls.always.begin(), calls.always.end());
  return calls;
}

}  // namespace rootlet
