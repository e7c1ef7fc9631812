#include "places.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "rootlet/model/merged.hpp"

namespace rootlet::target {
namespace {

using namespace std::literals;

/// Where RPM's database lives: Fedora 36 and later and EL10; before that; rpm-ostree; what Debian's rpm and DNF
/// install.
constexpr std::array database_places{"/usr/lib/sysimage/rpm"sv, "/var/lib/rpm"sv, "/usr/share/rpm"sv, "/root/.rpmdb"sv};
/// Its files in the formats sqlite, bdb and ndb, without indexes that librpm does not need for reading and without what
/// is only shared memory.
constexpr std::array database_names{"rpmdb.sqlite"sv, "rpmdb.sqlite-wal"sv, "Packages"sv, "Packages.db"sv,
                                    "Index.db"sv};

constexpr std::array histories{"/var/lib/dnf/history.sqlite"sv, "/var/lib/dnf/history.sqlite-wal"sv};

constexpr std::array small_files{"/etc/os-release"sv,
                                 "/usr/lib/os-release"sv,
                                 "/etc/passwd"sv,
                                 "/etc/group"sv,
                                 "/var/lib/rpmmanifest/container-manifest-1"sv,
                                 "/var/lib/rpmmanifest/container-manifest-2"sv,
                                 "/usr/lib/sysimage/libdnf5/packages.toml"sv,
                                 "/usr/lib/sysimage/libdnf5/groups.toml"sv};

/// yum's: <letter>/<package>/reason.
constexpr std::string_view yumdb = "/var/lib/yum/yumdb";

template <std::size_t Size>
bool has(const std::array<std::string_view, Size>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

void add_database(const Places& root, std::vector<Wish>& wishes) {
  for (const std::string_view place : database_places) {
    const std::size_t before = wishes.size();
    for (const std::string_view name : database_names) {
      const std::string path = std::string(place).append("/").append(name);
      if (root.has_file(path)) wishes.push_back({path, Use::database});
    }
    if (wishes.size() > before) return;
  }
}

void add_yumdb(const Places& root, std::vector<Wish>& wishes) {
  const std::string top(yumdb);
  for (const std::string& letter : root.names(top)) {
    for (const std::string& package : root.names(top + "/" + letter)) {
      const std::string path = top + "/" + letter + "/" + package + "/reason";
      if (root.has_file(path)) wishes.push_back({path, Use::content});
    }
  }
}

}  // namespace

std::optional<Use> use_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view name = path.substr(slash + 1);
  if (has(database_names, name) && has(database_places, path.substr(0, slash))) return Use::database;
  if (has(histories, path)) return Use::history;
  if (has(small_files, path) || (name == "reason" && path.starts_with(yumdb))) return Use::content;
  return std::nullopt;
}

std::vector<Wish> wishes(const Places& root) {
  std::vector<Wish> wishes;
  add_database(root, wishes);
  for (const std::string_view path : histories) {
    if (root.has_file(std::string(path))) wishes.push_back({std::string(path), Use::history});
  }
  for (const std::string_view path : small_files) {
    if (root.has_file(std::string(path))) wishes.push_back({std::string(path), Use::content});
  }
  add_yumdb(root, wishes);
  return wishes;
}

std::map<std::string, std::string> merged_links(const Places& root) {
  std::map<std::string, std::string> links;
  for (const std::string_view directory : merged_directories) {
    const std::string path(directory);
    const std::string target = root.link(path);
    if (target.empty()) continue;
    links[path] = (fs::path(path).parent_path() / target).lexically_normal().string();
  }
  return links;
}

}  // namespace rootlet::target
