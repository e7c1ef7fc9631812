#pragma once

#include <cstdint>
#include <string>

namespace rootlet::rootfs {

/// A system call that touches a file, and which of its arguments say what; -1: it has no such argument.
struct FileCall {
  enum class Does {
    open,      ///< as `flags` say
    open_how,  ///< as struct open_how says, whose address is in `flags`
    execute,
    look,
    list,    ///< a descriptor, in `directory`
    map,     ///< a descriptor, in `directory`, unless `flags` say that there is none
    socket,  ///< struct sockaddr, whose address is in `path`
    change_root,
  };
  const char* name;
  Does does;
  int directory = -1;  ///< a descriptor that relative paths begin at
  int path = -1;
  int flags = -1;
  bool follows = true;        ///< a link at the path's end, unless `flags` say otherwise
  int second_directory = -1;  ///< of calls with two paths
  int second_path = -1;
  bool changes = false;  ///< what the path names; sockets: gives them a name
};

/// The call with a number of an architecture (AUDIT_ARCH_…); nullptr: it touches no file.
const FileCall* file_call(std::uint32_t architecture, std::uint64_t number);

/// The name of any call; empty: nobody knows it.
std::string system_call_name(std::uint32_t architecture, std::uint64_t number);

/// From now on, this process and what it starts stop at these calls for whoever traces them (ptrace(2),
/// PTRACE_O_TRACESECCOMP); without a tracer, they fail.
void stop_at_file_calls();

}  // namespace rootlet::rootfs
