#include "owner_calls.hpp"

#include <linux/audit.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace rootlet::rights {
namespace {

using Does = OwnerCall::Does;

constexpr OwnerCall becomes(int number, int ids, bool short_ids = false) {
  OwnerCall call{number, Does::become};
  call.ids = ids;
  call.short_ids = short_ids;
  return call;
}

constexpr OwnerCall give_path(int number, bool follows, bool short_ids = false) {
  OwnerCall call{number, Does::give};
  call.path = 0;
  call.value = 1;
  call.follows = follows;
  call.short_ids = short_ids;
  return call;
}

constexpr OwnerCall give_descriptor(int number, bool short_ids = false) {
  OwnerCall call{number, Does::give};
  call.directory = 0;
  call.value = 1;
  call.short_ids = short_ids;
  return call;
}

constexpr OwnerCall give_at(int number) {
  OwnerCall call{number, Does::give};
  call.directory = 0;
  call.path = 1;
  call.value = 2;
  call.flags = 4;
  return call;
}

constexpr OwnerCall show_path(int number, Does how, bool follows) {
  OwnerCall call{number, how};
  call.path = 0;
  call.value = 1;
  call.follows = follows;
  return call;
}

constexpr OwnerCall show_descriptor(int number, Does how) {
  OwnerCall call{number, how};
  call.directory = 0;
  call.value = 1;
  return call;
}

constexpr OwnerCall show_at(int number, Does how) {
  OwnerCall call{number, how};
  call.directory = 0;
  call.path = 1;
  call.value = 2;
  call.flags = 3;
  return call;
}

constexpr OwnerCall show_extended(int number) {
  OwnerCall call{number, Does::show_extended};
  call.directory = 0;
  call.path = 1;
  call.flags = 2;
  call.mask = 3;
  call.value = 4;
  return call;
}

/// Arguments follow each other: a descriptor where there is one, the path, and the mode or what stands before it.
constexpr OwnerCall make(int number, Does what, int path, int mode, int before_mode = none) {
  OwnerCall call{number, what};
  call.directory = path == 0 ? none : path - 1;
  call.path = path;
  call.mode = mode;
  call.flags = before_mode;
  return call;
}

constexpr OwnerCall make_link(int number, int path) {
  OwnerCall call = make(number, Does::make_link, path, none);
  call.directory = path == 1 ? none : 1;
  call.value = 0;
  return call;
}

constexpr OwnerCall make_node(int number, int path) {
  OwnerCall call = make(number, Does::make_node, path, path + 1);
  call.value = path + 2;
  return call;
}

constexpr std::array own_calls{
#ifdef SYS_open
    make(SYS_open, Does::make_file, 0, 2, 1),
    make(SYS_creat, Does::make_file, 0, 1),
    make(SYS_mkdir, Does::make_directory, 0, 1),
    make_node(SYS_mknod, 0),
    make_link(SYS_symlink, 1),
#endif
    make(SYS_openat, Does::make_file, 1, 3, 2),
    make(SYS_mkdirat, Does::make_directory, 1, 2),
    make_node(SYS_mknodat, 1),
    make_link(SYS_symlinkat, 2),
#ifdef SYS_chown
    give_path(SYS_chown, true),
    give_path(SYS_lchown, false),
#endif
    give_descriptor(SYS_fchown),
    give_at(SYS_fchownat),
#ifdef SYS_stat
    show_path(SYS_stat, Does::show, true),
    show_path(SYS_lstat, Does::show, false),
#endif
    show_descriptor(SYS_fstat, Does::show),
    show_at(SYS_newfstatat, Does::show),
    show_extended(SYS_statx),
    becomes(SYS_setuid, 1),
    becomes(SYS_setgid, 1),
    becomes(SYS_setreuid, 2),
    becomes(SYS_setregid, 2),
    becomes(SYS_setresuid, 3),
    becomes(SYS_setresgid, 3),
    becomes(SYS_setfsuid, 1),
    becomes(SYS_setfsgid, 1),
    OwnerCall{SYS_setgroups, Does::set_groups},
};

#if defined(__x86_64__) || defined(__aarch64__)

struct NewerNumbers {
  int openat;  ///< mkdirat, mknodat and fchownat follow
  int fstatat64;
  int symlinkat;
  int statx;
};

/// i386 and arm have most numbers in common. What is older than stat64(2), which no C library of this century uses, is
/// left to the kernel.
constexpr std::array<OwnerCall, 39> narrow_calls(NewerNumbers newer) {
  return {make(5, Does::make_file, 0, 2, 1),
          make(8, Does::make_file, 0, 1),
          make(39, Does::make_directory, 0, 1),
          make_node(14, 0),
          make_link(83, 1),
          make(newer.openat, Does::make_file, 1, 3, 2),
          make(newer.openat + 1, Does::make_directory, 1, 2),
          make_node(newer.openat + 2, 1),
          make_link(newer.symlinkat, 2),
          give_path(182, true, true),
          give_path(16, false, true),
          give_descriptor(95, true),
          give_path(212, true),
          give_path(198, false),
          give_descriptor(207),
          give_at(newer.openat + 3),
          show_path(195, Does::show_narrow, true),
          show_path(196, Does::show_narrow, false),
          show_descriptor(197, Does::show_narrow),
          show_at(newer.fstatat64, Does::show_narrow),
          show_extended(newer.statx),
          becomes(23, 1, true),   // setuid
          becomes(213, 1),        //
          becomes(46, 1, true),   // setgid
          becomes(214, 1),        //
          becomes(70, 2, true),   // setreuid
          becomes(203, 2),        //
          becomes(71, 2, true),   // setregid
          becomes(204, 2),        //
          becomes(164, 3, true),  // setresuid
          becomes(208, 3),        //
          becomes(170, 3, true),  // setresgid
          becomes(210, 3),        //
          OwnerCall{81, Does::set_groups},
          OwnerCall{206, Does::set_groups},
          becomes(138, 1, true),  // setfsuid
          becomes(215, 1),        //
          becomes(139, 1, true),  // setfsgid
          becomes(216, 1)};
}
#endif

#if defined(__x86_64__)
constexpr std::array other_calls = narrow_calls({295, 300, 304, 383});
constexpr std::array all_calls{CallsOfArchitecture{AUDIT_ARCH_X86_64, own_calls},
                               CallsOfArchitecture{AUDIT_ARCH_I386, other_calls}};
#elif defined(__aarch64__)
constexpr std::array other_calls = narrow_calls({322, 327, 331, 397});
constexpr std::array all_calls{CallsOfArchitecture{AUDIT_ARCH_AARCH64, own_calls},
                               CallsOfArchitecture{AUDIT_ARCH_ARM, other_calls}};
#elif defined(__s390x__)
constexpr std::array all_calls{CallsOfArchitecture{AUDIT_ARCH_S390X, own_calls}};
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr std::array all_calls{CallsOfArchitecture{AUDIT_ARCH_PPC64LE, own_calls}};
#elif defined(__riscv)
constexpr std::array all_calls{CallsOfArchitecture{AUDIT_ARCH_RISCV64, own_calls}};
#else
constexpr std::array<CallsOfArchitecture, 0> all_calls{};
#endif

}  // namespace

std::span<const CallsOfArchitecture> owner_calls() { return all_calls; }

const OwnerCall* find_call(std::uint32_t architecture, int number) {
  for (const CallsOfArchitecture& each : all_calls) {
    if (each.architecture != architecture) continue;
    const auto found = std::find_if(each.calls.begin(), each.calls.end(),
                                    [&](const OwnerCall& call) { return call.number == number; });
    return found == each.calls.end() ? nullptr : &*found;
  }
  return nullptr;
}

}  // namespace rootlet::rights
