#include "rootlet/apparmor.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "paths.hpp"

namespace rootlet {
namespace {

using analysis::base_name;
using analysis::directory_of;

/// The capability that the kernel asks for at a call of root's, where the call is not about what is the caller's own:
/// capabilities(7).
constexpr std::array<std::pair<std::string_view, std::string_view>, 28> capability_of_call{
    std::pair{"setuid", "setuid"},      std::pair{"setuid32", "setuid"},      std::pair{"setreuid", "setuid"},
    std::pair{"setreuid32", "setuid"},  std::pair{"setresuid", "setuid"},     std::pair{"setresuid32", "setuid"},
    std::pair{"setfsuid", "setuid"},    std::pair{"setgid", "setgid"},        std::pair{"setgid32", "setgid"},
    std::pair{"setregid", "setgid"},    std::pair{"setregid32", "setgid"},    std::pair{"setresgid", "setgid"},
    std::pair{"setresgid32", "setgid"}, std::pair{"setgroups", "setgid"},     std::pair{"setgroups32", "setgid"},
    std::pair{"chown", "chown"},        std::pair{"chown32", "chown"},        std::pair{"lchown", "chown"},
    std::pair{"lchown32", "chown"},     std::pair{"fchown", "chown"},         std::pair{"fchown32", "chown"},
    std::pair{"fchownat", "chown"},     std::pair{"chroot", "sys_chroot"},    std::pair{"capset", "setpcap"},
    std::pair{"kill", "kill"},          std::pair{"setpriority", "sys_nice"}, std::pair{"mknod", "mknod"},
    std::pair{"mknodat", "mknod"}};

/// Capabilities that root's programs use by opening and changing files of others.
constexpr std::array<std::string_view, 3> capabilities_of_root{"dac_override", "fowner", "fsetid"};

/// Files that every program may want, by its C library or for its terminal.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> always_used{
    std::pair{"/dev/full", "rw"},
    std::pair{"/dev/null", "rw"},
    std::pair{"/dev/pts/[0-9]*", "rw"},
    std::pair{"/dev/random", "r"},
    std::pair{"/dev/tty", "rw"},
    std::pair{"/dev/urandom", "r"},
    std::pair{"/dev/zero", "rw"},
    std::pair{"/etc/ld.so.cache", "r"},
    std::pair{"/etc/ld.so.preload", "r"},
    std::pair{"/proc/[0-9]*/{cmdline,fd/,maps,stat,status}", "r"},
    std::pair{"/proc/cpuinfo", "r"},
    std::pair{"/proc/filesystems", "r"},
    std::pair{"/proc/meminfo", "r"},
    std::pair{"/proc/stat", "r"},
    std::pair{"/proc/sys/{kernel/ngroups_max,vm/overcommit_memory}", "r"},
    std::pair{"/sys/devices/system/cpu/**", "r"}};

/// Directories below which programs make files of any name: logs, sessions, sockets.
constexpr std::array<std::string_view, 3> places_of_data{"/run/", "/tmp/", "/var/"};

/// A path as a pattern that fits it alone.
std::string literal(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"') {
      text += '\\';
      for (int shift = 6; shift >= 0; shift -= 3) text += static_cast<char>('0' + ((byte >> shift) & 7));
      continue;
    }
    if (std::string_view("\\*?[]{}^,@").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A path of /proc or /dev, of any process or terminal.
std::string of_anybody(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view part = path.substr(1, end - 1);
    const bool whose = is_number(part) || part == "self";
    text += "/" + (whose ? "[0-9]*" : part == "thread-self" ? "[0-9]*/task/[0-9]*" : literal(part));
    path.remove_prefix(end);
  }
  return text;
}

/// A library of any version: "/lib64/libc-*.so", "/lib64/libpcre.so.*"; another file as it is.
std::string of_any_version(const std::string& path) {
  constexpr std::string_view digits = "0123456789.";
  const std::string_view name = base_name(path);
  const std::string directory = literal(path.substr(0, path.size() - name.size()));
  const std::size_t versions = name.rfind(".so.");
  if (versions != std::string_view::npos && name.find_first_not_of(digits, versions + 4) == std::string_view::npos) {
    return directory + literal(name.substr(0, versions)) + ".so.*";
  }
  if (!name.ends_with(".so")) return directory + literal(name);
  const std::string_view stem = name.substr(0, name.size() - 3);
  const std::size_t last = stem.find_last_not_of(digits);
  const bool has_version = last != std::string_view::npos && stem[last] == '-' && last + 1 < stem.size();
  return directory + (has_version ? literal(stem.substr(0, last + 1)) + "*.so" : literal(name));
}

/// Permissions by pattern, each letter once, in the order in which people write them.
class FileRules {
 public:
  void allow(const std::string& pattern, std::string_view permissions) {
    auto& has = rules_[pattern];
    for (const char one : permissions) {
      if (has.find(one) == std::string::npos) has += one;
    }
  }
  [[nodiscard]] std::vector<AppArmorRule> all() const {
    constexpr std::string_view order = "mrwlkix";
    std::vector<AppArmorRule> rules;
    for (const auto& [pattern, has] : rules_) {
      std::string permissions;
      for (const char one : order) permissions += has.find(one) == std::string::npos ? "" : std::string(1, one);
      rules.push_back({pattern, permissions});
    }
    return rules;
  }

 private:
  std::map<std::string, std::string> rules_;
};

void allow_file(const TouchedFiles& files, const std::string& path, const Touch& how, FileRules& rules) {
  const auto next = files.upper_bound(path + "/");
  const bool has_files = next != files.end() && next->first.starts_with(path + "/");
  const bool is_directory = how.listed || has_files;
  const std::string pattern = is_directory ? literal(path) + "/" : of_any_version(path);
  if (how.opened || how.listed) rules.allow(pattern, "r");
  if (how.mapped && !is_directory) rules.allow(pattern, "mr");
  if (how.executed && !is_directory) rules.allow(pattern, "mrix");
  if (how.written) rules.allow(is_directory ? pattern : literal(path) + "{,/}", "rwk");
}

void allow_elsewhere(const std::string& path, const Touch& how, FileRules& rules) {
  const bool is_data = std::any_of(places_of_data.begin(), places_of_data.end(),
                                   [&](std::string_view place) { return path.starts_with(place); });
  if (is_data && how.written) {
    // In /run and /var themselves, by name: they hold others' directories.
    const std::string directory(directory_of(path));
    const bool shared = directory == "/run" || directory == "/var";
    rules.allow(shared ? literal(path) + "{,/**}" : literal(directory) + "/**", "rwlk");
    return;
  }
  const bool is_mounted = path.starts_with("/proc/") || path.starts_with("/dev/") || path.starts_with("/sys/");
  if (!is_mounted) return rules.allow(literal(path) + "{,/}", "rwlk");
  std::string permissions = how.opened || how.listed ? "r" : "";
  if (how.written) permissions += "w";
  rules.allow(of_anybody(path) + (how.listed ? "{,/}" : ""), permissions);
}

}  // namespace

AppArmorProfile apparmor_profile(const ProgramUses& uses) {
  AppArmorProfile profile;
  std::set<std::string> capabilities;
  for (const auto& [call, capability] : capability_of_call) {
    if (uses.system_calls.contains(std::string(call))) capabilities.emplace(capability);
  }
  if (uses.privileges.contains("low_port")) capabilities.emplace("net_bind_service");
  if (uses.privileges.contains("root")) capabilities.insert(capabilities_of_root.begin(), capabilities_of_root.end());
  profile.capabilities.assign(capabilities.begin(), capabilities.end());
  for (const std::string& one : uses.sockets) {
    if (!one.empty()) profile.networks.push_back(one);
  }
  FileRules rules;
  for (const auto& [pattern, permissions] : always_used) rules.allow(std::string(pattern), permissions);
  for (const auto& [path, how] : uses.files) allow_file(uses.files, path, how, rules);
  for (const auto& [path, how] : uses.elsewhere) allow_elsewhere(path, how, rules);
  profile.files = rules.all();
  return profile;
}

}  // namespace rootlet
