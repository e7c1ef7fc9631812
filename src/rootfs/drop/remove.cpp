#include "remove.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/digest.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// What gives owners of files their names.
const std::set<std::string> account_files{"/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow"};

/// What runtimes mount something on, even in a read-only root (OCI runtime-spec 1.1, config-linux.md).
const std::set<std::string> mount_points{"/dev", "/proc", "/run", "/sys"};

std::string digest_of_place(const Root& root, const std::string& place, DigestType type) {
  const Fd fd = root.find_file(place);
  Digest digest(type);
  std::string buffer(1U << 18U, '\0');
  for (;;) {
    const ssize_t got = fd ? read(fd.get(), buffer.data(), buffer.size()) : -1;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read '" + place + "' in the root");
    if (got == 0) return digest.finish();
    digest.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
  }
}

/// Whether what stands there is what the package brought.
bool is_as_packaged(const Root& root, const std::string& place, const struct stat& info, const PackageFile& file) {
  if (file.ghost || (info.st_mode & S_IFMT) != (file.mode & S_IFMT)) return false;
  if (S_ISLNK(info.st_mode)) return root.link_target(place) == file.target;
  if (!S_ISREG(info.st_mode)) return true;
  return !file.digest.hex.empty() && digest_of_place(root, place, digest_type(file.digest.type)) == file.digest.hex;
}

/// One run over the places that only build-only packages own.
class Removal {
 public:
  Removal(const Root& root, const Ownership& owned) : root_(root), owned_(owned) {}

  std::map<std::string, Nevra> run() {
    for (const auto& [place, owners] : owned_.places()) {
      if (!owned_.stays(owners)) look_at(place, owners);
    }
    for (const auto& [place, owners] : files_) remove(place, *owners);
    for (const auto& [place, owners] : ghost_links_) {
      if (!root_.find(place, O_PATH)) dead_links_.emplace(place, owners);
    }
    for (const auto& [place, owners] : dead_links_) remove(place, *owners);
    // In the order of text, what is in a directory comes after it.
    for (auto each = directories_.rbegin(); each != directories_.rend(); ++each) remove(each->first, *each->second);
    return std::move(gone_);
  }

 private:
  using Places = std::map<std::string, const std::vector<Owned>*>;

  /// Whether a file that stays belongs to somebody else than root.
  [[nodiscard]] bool names_are_needed() const {
    const auto has_name = [](const Owned& owned) { return owned.file->user != "root" || owned.file->group != "root"; };
    const auto& places = owned_.places();
    return std::any_of(places.begin(), places.end(), [&](const auto& place) {
      return owned_.stays(place.second) && std::any_of(place.second.begin(), place.second.end(), has_name);
    });
  }

  void look_at(const std::string& place, const std::vector<Owned>& owners) {
    if (account_files.contains(place) && names_are_needed()) return;
    const auto info = root_.examine(place);
    if (!info) return;
    if (S_ISLNK(info->st_mode) && leads_to_what_stays(place)) return;
    const auto any = [&](const auto& test) { return std::any_of(owners.begin(), owners.end(), test); };
    if (S_ISDIR(info->st_mode)) {
      constexpr mode_t everybodys = S_ISVTX | S_IWOTH;
      const bool directory = any([](const Owned& owned) { return S_ISDIR(owned.file->mode); });
      const bool stays = (info->st_mode & everybodys) == everybodys || mount_points.contains(place);
      if (directory && !stays) directories_.emplace(place, &owners);
    } else if (any([&](const Owned& owned) { return is_as_packaged(root_, place, *info, *owned.file); })) {
      files_.emplace(place, &owners);
    } else if (S_ISLNK(info->st_mode) && any([](const Owned& owned) { return owned.file->ghost; }) &&
               root_.find(place, O_PATH)) {
      ghost_links_.emplace(place, &owners);
    }
  }

  /// As /bin does: it is in use like the directory itself.
  [[nodiscard]] bool leads_to_what_stays(const std::string& link) const {
    const auto target = root_.resolve(link);
    return target && owned_.holds_what_stays(*target);
  }

  void remove(const std::string& place, const std::vector<Owned>& owners) {
    if (root_.remove(place)) gone_.emplace(place, owned_.package(owners.front()).package->nevra());
  }

  const Root& root_;
  const Ownership& owned_;
  Places files_;
  Places ghost_links_;  // that lead somewhere
  Places dead_links_;
  Places directories_;
  std::map<std::string, Nevra> gone_;
};

}  // namespace

std::map<std::string, Nevra> remove_files(const Root& root, const Ownership& owned) {
  return Removal(root, owned).run();
}

}  // namespace rootlet::rootfs
