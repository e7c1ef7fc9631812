#pragma once

#include <cstdint>
#include <span>

namespace rootlet::rights {

/// Which arguments of a system call say what; none: it has no such argument.
constexpr int none = -1;

/// A system call that gives a file an owner, shows the owner of one, makes a file, which may get the group of its
/// directory, or makes a process another user's.
struct OwnerCall {
  enum class Does {
    give,         ///< `value` and the next argument are user and group
    show,         ///< struct stat of 64-bit programs to the address `value`
    show_narrow,  ///< struct stat64 of 32-bit programs
    show_extended,
    make_directory,
    make_node,  ///< `value` is the device
    make_link,  ///< `value` is the address of its target
    make_file,  ///< trapped where `flags` say so; without them, as creat(2) does
    become,     ///< the first `ids` arguments are users, or groups
    set_groups,
  };
  int number;
  Does does;
  int directory = none;  ///< a descriptor: of the file itself where there is no path
  int path = none;
  int value = none;
  int flags = none;  ///< AT_EMPTY_PATH and the like
  int mask = none;
  int mode = none;
  bool follows = true;  ///< a symbolic link at the path's end
  int ids = 0;
  bool short_ids = false;  ///< of 16 bits, where the call is so old
};

struct CallsOfArchitecture {
  std::uint32_t architecture;  ///< AUDIT_ARCH_…
  std::span<const OwnerCall> calls;
};

/// The machine's own calls and, where its kernel runs 32-bit programs as well, theirs.
std::span<const CallsOfArchitecture> owner_calls();

/// Nothing where it is none of them.
const OwnerCall* find_call(std::uint32_t architecture, int number);

}  // namespace rootlet::rights
