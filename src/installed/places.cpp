#include "places.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "model/merged.hpp"
#include "rootlet/error.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::installed {
namespace {

using namespace std::literals;
using root::Use;

/// Where RPM's database lives: Fedora 36 and later and EL10; before that; rpm-ostree; what Debian's rpm and DNF
/// install.
constexpr std::array database_places{"/usr/lib/sysimage/rpm"sv, "/var/lib/rpm"sv, "/usr/share/rpm"sv, "/root/.rpmdb"sv};
/// Its files in the formats sqlite, ndb and bdb, as rpm prefers them; without indexes that are not needed for reading
/// and without what is only shared memory.
struct DatabaseFiles {
  std::string_view main;
  std::string_view beside;  ///< empty: none
};
constexpr std::array database_kinds{DatabaseFiles{"rpmdb.sqlite", "rpmdb.sqlite-wal"},
                                    DatabaseFiles{"Packages.db", "Index.db"}, DatabaseFiles{"Packages", ""}};

constexpr std::array histories{"/var/lib/dnf/history.sqlite"sv, "/var/lib/dnf/history.sqlite-wal"sv};

constexpr std::array small_files{"/etc/os-release"sv,
                                 "/usr/lib/os-release"sv,
                                 "/etc/passwd"sv,
                                 "/etc/group"sv,
                                 "/var/lib/rpmmanifest/container-manifest-1"sv,
                                 "/var/lib/rpmmanifest/container-manifest-2"sv,
                                 "/usr/lib/sysimage/libdnf5/packages.toml"sv,
                                 "/usr/lib/sysimage/libdnf5/groups.toml"sv,
                                 "/etc/almalinux-release"sv,
                                 "/etc/centos-release"sv,
                                 "/etc/fedora-release"sv,
                                 "/etc/oracle-release"sv,
                                 "/etc/redhat-release"sv,
                                 "/etc/rocky-release"sv,
                                 "/etc/system-release"sv,
                                 "/usr/lib/fedora-release"sv,
                                 "/usr/lib/system-release"sv};

constexpr std::size_t most_sboms = 32;  // that are looked at

bool is_sbom_name(std::string_view name) { return name.ends_with(".json"); }

/// yum's: <letter>/<package>/reason.
constexpr std::string_view yumdb = "/var/lib/yum/yumdb";

template <std::size_t Size>
bool has(const std::array<std::string_view, Size>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Whether the file is there. Only root may look into /root of most systems: whoever may not is no worse off for that.
bool can_have(const Places& root, std::string_view place, const std::string& path) try {
  return root.has_file(path);
} catch (const Error&) {
  if (place.starts_with("/root/")) return false;
  throw;
}

void add_databases(const Places& root, std::vector<Wish>& wishes) {
  std::vector<std::string> found;
  for (const std::string_view place : database_places) {
    for (const DatabaseFiles& kind : database_kinds) {
      const std::string path = std::string(place).append("/").append(kind.main);
      if (!can_have(root, place, path)) continue;
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const std::string& one) { return root.same_file(one, path); });
      if (known) continue;
      found.push_back(path);
      wishes.push_back({path, Use::database});
      const std::string beside = std::string(place).append("/").append(kind.beside);
      if (!kind.beside.empty() && root.has_file(beside)) wishes.push_back({beside, Use::database});
    }
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

void add_sboms(const Places& root, std::vector<Wish>& wishes) {
  std::size_t count = 0;
  for (const std::string& name : root.names(std::string(sbom::directory_in_image))) {
    const std::string path = std::string(sbom::directory_in_image) + "/" + name;
    if (!is_sbom_name(name) || !root.has_file(path)) continue;
    if (++count > most_sboms) return;
    wishes.push_back({path, Use::document});
  }
}

}  // namespace

std::string_view database_file(std::string_view name) {
  const auto* const kind = std::find_if(database_kinds.begin(), database_kinds.end(), [&](const DatabaseFiles& files) {
    return files.main == name || (!name.empty() && files.beside == name);
  });
  return kind == database_kinds.end() ? std::string_view() : kind->main;
}

std::optional<Use> use_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view name = path.substr(slash + 1);
  if (!database_file(name).empty() && has(database_places, path.substr(0, slash))) return Use::database;
  if (has(histories, path)) return Use::history;
  if (path.substr(0, slash) == sbom::directory_in_image && is_sbom_name(name)) return Use::document;
  if (has(small_files, path) || (name == "reason" && path.starts_with(yumdb))) return Use::content;
  return std::nullopt;
}

std::vector<Wish> wishes(const Places& root) {
  std::vector<Wish> wishes;
  add_databases(root, wishes);
  for (const std::string_view path : histories) {
    if (root.has_file(std::string(path))) wishes.push_back({std::string(path), Use::history});
  }
  for (const std::string_view path : small_files) {
    if (root.has_file(std::string(path))) wishes.push_back({std::string(path), Use::content});
  }
  add_yumdb(root, wishes);
  add_sboms(root, wishes);
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

}  // namespace rootlet::installed
