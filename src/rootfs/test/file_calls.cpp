#include "file_calls.hpp"

#include <seccomp.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <type_traits>

#include "../filter.hpp"
#include "base/handle.hpp"

namespace rootlet::rootfs {
namespace {

using Does = FileCall::Does;

constexpr FileCall look(const char* name, int path, bool follows = true) {
  return {name, Does::look, -1, path, -1, follows};
}

constexpr FileCall look_at(const char* name, int directory, int flags, bool follows = true) {
  return {name, Does::look, directory, directory + 1, flags, follows};
}

constexpr FileCall look_twice(const char* name, bool at) {
  FileCall call{name, Does::look, at ? 0 : -1, at ? 1 : 0, -1, false};
  call.second_directory = at ? 2 : -1;
  call.second_path = at ? 3 : 1;
  return call;
}

constexpr FileCall change(FileCall call) {
  call.changes = true;
  return call;
}

// Arguments by their places: man pages of section 2.
constexpr std::array file_calls{FileCall{"open", Does::open, -1, 0, 1},
                                FileCall{"openat", Does::open, 0, 1, 2},
                                FileCall{"openat2", Does::open_how, 0, 1, 2},
                                change({"creat", Does::open, -1, 0}),
                                FileCall{"execve", Does::execute, -1, 0},
                                FileCall{"execveat", Does::execute, 0, 1, 4},
                                FileCall{"getdents", Does::list, 0},
                                FileCall{"getdents64", Does::list, 0},
                                FileCall{"mmap", Does::map, 4, -1, 3},
                                FileCall{"mmap2", Does::map, 4, -1, 3},
                                change({"bind", Does::socket, -1, 1}),
                                FileCall{"connect", Does::socket, -1, 1},
                                FileCall{"chroot", Does::change_root, -1, 0},
                                look("stat", 0),
                                look("stat64", 0),
                                look("lstat", 0, false),
                                look("lstat64", 0, false),
                                look_at("newfstatat", 0, 3),
                                look_at("fstatat64", 0, 3),
                                look_at("statx", 0, 2),
                                look("access", 0),
                                look_at("faccessat", 0, -1),
                                look_at("faccessat2", 0, 3),
                                look("readlink", 0, false),
                                look_at("readlinkat", 0, -1, false),
                                look("chdir", 0),
                                look("statfs", 0),
                                look("statfs64", 0),
                                change(look("truncate", 0)),
                                change(look("truncate64", 0)),
                                change(look("utime", 0)),
                                change(look("utimes", 0)),
                                change(look_at("futimesat", 0, -1)),
                                change(look_at("utimensat", 0, 3)),
                                change(look_at("utimensat_time64", 0, 3)),
                                look("getxattr", 0),
                                look("lgetxattr", 0, false),
                                look("listxattr", 0),
                                look("llistxattr", 0, false),
                                change(look("setxattr", 0)),
                                change(look("lsetxattr", 0, false)),
                                change(look("chmod", 0)),
                                change(look_at("fchmodat", 0, -1)),
                                change(look_at("fchmodat2", 0, 3)),
                                change(look("chown", 0)),
                                change(look("chown32", 0)),
                                change(look("lchown", 0, false)),
                                change(look("lchown32", 0, false)),
                                change(look_at("fchownat", 0, 4)),
                                change(look("mkdir", 0, false)),
                                change(look_at("mkdirat", 0, -1, false)),
                                change(look("mknod", 0, false)),
                                change(look_at("mknodat", 0, -1, false)),
                                change(look("rmdir", 0, false)),
                                change(look("unlink", 0, false)),
                                change(look_at("unlinkat", 0, -1, false)),
                                change(look_twice("rename", false)),
                                change(look_twice("renameat", true)),
                                change(look_twice("renameat2", true)),
                                change(look_twice("link", false)),
                                change(look_twice("linkat", true)),
                                change(look("symlink", 1, false)),
                                change(look_at("symlinkat", 1, -1, false)),
                                look("inotify_add_watch", 1),
                                look_at("name_to_handle_at", 0, -1, false)};

}  // namespace

std::string system_call_name(std::uint32_t architecture, std::uint64_t number) {
  const Handle<char, std::free> name{seccomp_syscall_resolve_num_arch(architecture, static_cast<int>(number))};
  return name ? name.get() : "";
}

const FileCall* file_call(std::uint32_t architecture, std::uint64_t number) {
  const std::string name = system_call_name(architecture, number);
  const auto* const found =
      std::find_if(file_calls.begin(), file_calls.end(), [&](const FileCall& one) { return name == one.name; });
  return found == file_calls.end() ? nullptr : found;
}

void stop_at_file_calls() {
  const Filter filter = make_filter(SCMP_ACT_ALLOW, SCMP_ACT_ALLOW);
  for (const FileCall& one : file_calls) {
    if (one.does == Does::map) {
      const scmp_arg_cmp of_file{static_cast<unsigned>(one.flags), SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0};
      add_rule(filter, SCMP_ACT_TRACE(0), one.name, of_file);
    } else {
      add_rule(filter, SCMP_ACT_TRACE(0), one.name);
    }
  }
  check_filter(seccomp_load(filter.get()), "load");
}

}  // namespace rootlet::rootfs
