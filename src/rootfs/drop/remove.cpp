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

/// Files that give owners their names.
const std::set<std::string> account_files{"/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow"};

/// Paths that runtimes mount something on, even in a read-only root (OCI runtime-spec 1.1, config-linux.md).
const std::set<std::string> mount_points{"/dev", "/proc", "/run", "/sys"};

std::string digest_of_place(const root::Root& root, const std::string& place, DigestType type) {
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
bool is_as_packaged(const root::Root& root, const TreeFile& file, const PackageFile& packaged) {
  if (packaged.ghost || file.type != file_type(packaged.mode)) return false;
  if (file.type == FileType::symlink) return file.target == packaged.target;
  if (file.type != FileType::regular) return true;
  const Checksum& digest = packaged.digest;
  return !digest.hex.empty() && digest_of_place(root, file.path, digest_type(digest.type)) == digest.hex;
}

/// One run over the places that only build-only packages own.
class Removal {
 public:
  Removal(const root::Root& root, const FileTree& tree, const Ownership& owned)
      : root_(root), tree_(tree), owned_(owned) {}

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
  using Places = std::map<std::string, const Ownership::Claims*>;

  /// Whether a file that stays belongs to somebody else than root.
  [[nodiscard]] bool names_are_needed() const {
    const auto has_name = [](const analysis::Claim& owned) {
      return owned.file->user != "root" || owned.file->group != "root";
    };
    const auto& places = owned_.places();
    return std::any_of(places.begin(), places.end(), [&](const auto& place) {
      return owned_.stays(place.second) && std::any_of(place.second.begin(), place.second.end(), has_name);
    });
  }

  void look_at(const std::string& place, const Ownership::Claims& owners) {
    if (account_files.contains(place) && names_are_needed()) return;
    const TreeFile* file = tree_.find(place);
    if (file == nullptr) return;
    const bool link = file->type == FileType::symlink;
    const PathWalk way = link ? tree_.way(place) : PathWalk{};
    const bool leads_somewhere = way.end == PathWalk::End::there;
    // As /bin does: it is in use like the directory itself.
    if (leads_somewhere && owned_.holds_what_stays(way.place)) return;
    const auto any = [&](const auto& test) { return std::any_of(owners.begin(), owners.end(), test); };
    if (file->type == FileType::directory) {
      constexpr mode_t everybodys = S_ISVTX | S_IWOTH;
      const bool directory = any([](const analysis::Claim& owned) { return S_ISDIR(owned.file->mode); });
      const bool stays = (file->mode & everybodys) == everybodys || mount_points.contains(place);
      if (directory && !stays) directories_.emplace(place, &owners);
    } else if (any([&](const analysis::Claim& owned) { return is_as_packaged(root_, *file, *owned.file); })) {
      files_.emplace(place, &owners);
    } else if (leads_somewhere && any([](const analysis::Claim& owned) { return owned.file->ghost; })) {
      ghost_links_.emplace(place, &owners);
    }
  }

  void remove(const std::string& place, const Ownership::Claims& owners) {
    if (root_.remove(place)) gone_.emplace(place, owned_.package(owners.front()).package->nevra());
  }

  const root::Root& root_;
  const FileTree& tree_;
  const Ownership& owned_;
  Places files_;
  Places ghost_links_;  // that lead somewhere
  Places dead_links_;
  Places directories_;
  std::map<std::string, Nevra> gone_;
};

}  // namespace

std::map<std::string, Nevra> remove_files(const root::Root& root, const FileTree& tree, const Ownership& owned) {
  return Removal(root, tree, owned).run();
}

}  // namespace rootlet::rootfs
