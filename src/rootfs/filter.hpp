#pragma once

#include <seccomp.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "base/handle.hpp"

namespace rootlet::rootfs {

/// Rules for system calls: seccomp(2).
using Filter = Handle<std::remove_pointer_t<scmp_filter_ctx>, seccomp_release>;

/// Throws what a function of libseccomp says by its result: a negative error number.
void check_filter(int result, const std::string& what);

/// A filter over this machine's architecture and the 32-bit one that its kernel may run as well. `otherwise`: what
/// becomes of calls without a rule, `elsewhere`: of those of other architectures.
Filter make_filter(std::uint32_t otherwise, std::uint32_t elsewhere);

/// From now on, this process and what it starts may make these calls alone, by name; others do not exist (ENOSYS).
void limit_to_calls(const std::vector<std::string>& calls);

/// A call that this libseccomp does not know gets no rule.
template <class... Condition>
void add_rule(const Filter& filter, std::uint32_t action, const char* call, Condition... condition) {
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return;
  check_filter(seccomp_rule_add(filter.get(), action, number, sizeof...(condition), condition...), call);
}

}  // namespace rootlet::rootfs
