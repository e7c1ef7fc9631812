#include "owner_filter.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "owner_calls.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rights {
namespace {

constexpr sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
constexpr sock_filter end_with(std::uint32_t action) { return {BPF_RET | BPF_K, 0, 0, action}; }
constexpr sock_filter skip_unless(std::uint32_t value, std::size_t instructions) {
  return {BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(instructions), value};
}

/// Flags of open(2) that make a file.
constexpr std::uint32_t making_flags = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);

/// The half of an argument that flags are in.
constexpr std::size_t offset_of_flags(int argument) {
  const std::size_t half = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : sizeof(std::uint32_t);
  return offsetof(seccomp_data, args) + static_cast<std::size_t>(argument) * sizeof(std::uint64_t) + half;
}

void trap(const OwnerCall& call, std::vector<sock_filter>& program) {
  const bool by_flags = call.does == OwnerCall::Does::make_file && call.flags != none;
  program.push_back(skip_unless(static_cast<std::uint32_t>(call.number), by_flags ? 4 : 1));
  if (by_flags) {
    program.push_back(load(offset_of_flags(call.flags)));
    program.push_back({BPF_JMP | BPF_JSET | BPF_K, 1, 0, making_flags});
    program.push_back(end_with(SECCOMP_RET_ALLOW));
  }
  program.push_back(end_with(SECCOMP_RET_USER_NOTIF));
}

/// For each architecture: its calls are trapped, all others let through.
std::vector<sock_filter> filter_program() {
  std::vector<sock_filter> program;
  for (const CallsOfArchitecture& each : owner_calls()) {
    std::vector<sock_filter> traps;
    for (const OwnerCall& call : each.calls) trap(call, traps);
    program.push_back(load(offsetof(seccomp_data, arch)));
    program.push_back(skip_unless(each.architecture, traps.size() + 2));
    program.push_back(load(offsetof(seccomp_data, nr)));
    program.insert(program.end(), traps.begin(), traps.end());
    program.push_back(end_with(SECCOMP_RET_ALLOW));
  }
  program.push_back(end_with(SECCOMP_RET_ALLOW));
  return program;
}

constexpr unsigned long wait_killable = 1UL << 5U;  // SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV

int install(const sock_fprog& program, unsigned long flags) {
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

}  // namespace

Fd trap_owner_calls() {
  // No slower than without a filter: what it lets through does not depend on what others keep secret.
  constexpr unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  std::vector<sock_filter> instructions = filter_program();
  const sock_fprog program{static_cast<unsigned short>(instructions.size()), instructions.data()};
  // A call that has made a file is not begun again for a signal's sake (Linux 5.19; before, that is a rare error).
  Fd listener(install(program, flags | wait_killable));
  if (!listener && errno == EINVAL) listener = Fd(install(program, flags));
  if (listener) return listener;
  throw Error(system_error("cannot emulate owners of files: seccomp").what(),
              "the kernel must allow filters that notify a process (CONFIG_SECCOMP_FILTER)");
}

}  // namespace rootlet::rights
