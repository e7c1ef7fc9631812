#include "find_way.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "base/fs.hpp"
#include "base/isolate.hpp"
#include "emulate_owners.hpp"
#include "id_map.hpp"
#include "rootlet/error.hpp"
#include "user_namespace.hpp"

namespace rootlet::rights {
namespace {

constexpr std::array<std::string_view, 4> names{"root", "nested", "subordinate-ids", "single-id"};

struct Maps {
  IdMap users;
  IdMap groups;
};

Maps own_maps() {
  return {parse_id_map(read_file("/proc/self/uid_map")), parse_id_map(read_file("/proc/self/gid_map"))};
}

void require_all_ids() {
  if (!fs::exists("/proc/self/uid_map")) return;  // what is missing shows when it is needed
  const Maps maps = own_maps();
  if (maps_all_ids(maps.users) && maps_all_ids(maps.groups)) return;
  throw Error(fmt::format("only some of the ids from 0 to {} exist here", all_ids - 1));
}

void require_root_user() {
  if (geteuid() != 0) throw Error(fmt::format("this is user {}", geteuid()));
}

void require_capability(int capability, const char* name) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  const bool known = syscall(SYS_capget, &header, sets.data()) == 0;
  if (!known || (sets[0].effective & (1U << static_cast<unsigned>(capability))) == 0) {
    throw Error(fmt::format("this root lacks {}", name));
  }
}

std::string user_name() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::to_string(geteuid()) : user->pw_name;
}

/// Of /etc/subuid or /etc/subgid. `own`: what becomes 0.
IdMap subordinate_map(const fs::path& file, std::uint64_t own) {
  const std::string name = user_name();
  const IdMap subordinate =
      subordinate_ids(fs::exists(file) ? read_file(file) : std::string(), name, static_cast<std::uint64_t>(geteuid()));
  IdMap map = with_subordinate(own, subordinate);
  if (!map.empty()) return map;
  throw Error(fmt::format("{} gives {} {} ids, and {} are needed", file.string(), name,
                          subordinate.empty() ? "no" : "too few", all_ids - 1),
              fmt::format("as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}", name));
}

/// A mount that hangs nowhere is seen by nobody.
void require_mounts() {
  if (unshare(CLONE_NEWNS) != 0) throw system_error("cannot make a mount namespace");
  const Fd files(fsopen("tmpfs", FSOPEN_CLOEXEC));
  const bool made = files && fsconfig(files.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) == 0;
  if (made && Fd(fsmount(files.get(), FSMOUNT_CLOEXEC, 0))) return;
  throw Error(system_error("cannot mount").what(), "security modules and seccomp profiles can forbid it");
}

}  // namespace

std::string_view way_name(Way way) { return names.at(static_cast<std::size_t>(way)); }

void enter(Way way) {
  switch (way) {
    case Way::root:
      require_root_user();
      require_all_ids();
      return require_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
    case Way::nested: {
      require_root_user();
      require_all_ids();
      const Maps maps = own_maps();
      return enter_user_namespace(same_ids(maps.users), same_ids(maps.groups), Mapper::kernel);
    }
    case Way::subordinate_ids: {
      const IdMap users = subordinate_map("/etc/subuid", geteuid());
      return enter_user_namespace(users, subordinate_map("/etc/subgid", getegid()), Mapper::programs);
    }
    case Way::single_id: return enter_user_namespace({{0, geteuid(), 1}}, {{0, getegid(), 1}}, Mapper::kernel);
  }
}

void go(Way way) {
  enter(way);
  if (way == Way::single_id) emulate_owners();
}

Way find_way() {
  std::string reasons;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto way = static_cast<Way>(i);
    try {
      static_cast<void>(run_isolated("the kernel", [&] {
        go(way);
        require_mounts();
        return std::string();
      }));
      return way;
    } catch (const Error& error) {
      reasons += fmt::format("{}: {}{}\n", names.at(i), error.what(),
                             error.hint().empty() ? "" : fmt::format(" ({})", error.hint()));
    }
  }
  throw Error("cannot build here: files of packages need owners, and what packages run needs mounts of its own",
              "each way to that is barred:\n" + reasons + "solve, lock, fetch and all that reads images works here");
}

}  // namespace rootlet::rights
