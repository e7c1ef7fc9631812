#include "control_group.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "base/fs.hpp"
#include "base/text.hpp"

namespace rootlet::rootfs {
namespace {

constexpr const char* name_prefix = "rootlet-";

/// Where a hierarchy is mounted, and which of its cgroups is seen there.
struct Mount {
  std::string root;
  std::string point;
};

/// The mounts of hierarchies that matter by their controller; of version 2 by "".
std::map<std::string, Mount> cgroup_mounts() {
  std::map<std::string, Mount> mounts;
  std::ifstream table("/proc/self/mountinfo");  // proc(5)
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string skipped, root, point, type, source, options;
    words >> skipped >> skipped >> skipped >> root >> point;
    while (words >> skipped && skipped != "-") {
    }
    words >> type >> source >> options;
    if (type == "cgroup2") mounts.try_emplace("", Mount{root, point});
    if (type != "cgroup") continue;
    for (const char* controller : {"pids", "memory"}) {
      const std::string all = "," + options + ",";
      if (all.find("," + std::string(controller) + ",") != std::string::npos) {
        mounts.try_emplace(controller, Mount{root, point});
      }
    }
  }
  return mounts;
}

/// This process's cgroup in each hierarchy: "memory" or, of version 2, "" → "/user.slice/…".
std::map<std::string, std::string> own_cgroups() {
  std::map<std::string, std::string> groups;
  std::ifstream table("/proc/self/cgroup");  // cgroups(7)
  for (std::string line; std::getline(table, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::istringstream controllers(line.substr(first + 1, second - first - 1));
    const std::string path = line.substr(second + 1);
    if (second == first + 1) groups[""] = path;
    for (std::string controller; std::getline(controllers, controller, ',');) groups[controller] = path;
  }
  return groups;
}

std::optional<fs::path> directory_of(const Mount& mount, const std::string& group) {
  if (mount.root == "/") return mount.point + group;
  if (group != mount.root && !group.starts_with(mount.root + "/")) return std::nullopt;
  return mount.point + group.substr(mount.root.size());
}

bool write_value(const fs::path& path, const std::string& value) noexcept {
  const Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

std::string content_of_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The number after a word of a file with a word and a number in each line.
std::uint64_t count_of(const fs::path& path, const std::string& word) {
  std::ifstream file(path);
  std::string key;
  std::uint64_t value = 0;
  while (file >> key >> value) {
    if (key == word) return value;
  }
  return 0;
}

/// Removes what killed processes have left: those that something runs in cannot be removed.
void remove_abandoned(const fs::path& parent) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(name_prefix)) continue;
    pid_t owner = 0;
    const char* begin = name.c_str() + std::string_view(name_prefix).size();
    std::from_chars(begin, name.c_str() + name.size(), owner);
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) rmdir(entry.path().c_str());
  }
}

}  // namespace

ControlGroup::ControlGroup(const RecipeLimits& limits) : limits_(limits) {
  const auto mounts = cgroup_mounts();
  for (const auto& [controller, group] : own_cgroups()) {
    const auto mount = mounts.find(controller);
    if (mount == mounts.end()) continue;
    const auto parent = directory_of(mount->second, group);
    if (!parent) continue;
    const bool hands_down = !controller.empty() || !content_of_file(*parent / "cgroup.subtree_control").empty();
    if (hands_down) add(*parent);
  }
}

void ControlGroup::add(const fs::path& parent) {
  static std::atomic<unsigned> number = 0;
  remove_abandoned(parent);
  const fs::path place = parent / (name_prefix + std::to_string(getpid()) + "-" + std::to_string(number++));
  if (mkdir(place.c_str(), 0755) != 0) return;
  places_.push_back(place);
  write_value(place / "pids.max", std::to_string(limits_.processes));
  for (const char* memory : {"memory.max", "memory.limit_in_bytes"}) {
    write_value(place / memory, std::to_string(limits_.memory));
  }
}

ControlGroup::~ControlGroup() {
  for (const fs::path& place : places_) {
    // Processes killed in it take a moment to be gone.
    for (int tries = 0; rmdir(place.c_str()) != 0 && errno == EBUSY && tries < 100; ++tries) usleep(5000);
  }
}

void ControlGroup::enter() const noexcept {
  for (const fs::path& place : places_) write_value(place / "cgroup.procs", "0");
}

std::string ControlGroup::exceeded() const {
  for (const fs::path& place : places_) {
    if (count_of(place / "pids.events", "max") > 0)
      return "more than " + std::to_string(limits_.processes) + " processes";
    for (const char* file : {"memory.events", "memory.oom_control"}) {
      if (count_of(place / file, "oom_kill") > 0) return "more than " + human_size(limits_.memory) + " of memory";
    }
  }
  return {};
}

}  // namespace rootlet::rootfs
