#include "tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <map>
#include <vector>

#include "base/entries.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr std::size_t buffer_size = 1U << 18U;

/// For messages: paths in the root begin with a slash, and control characters do not reach the terminal.
std::string shown(const std::string& path) { return "'/" + printable(path) + "'"; }

/// The extended attributes that belong into an image.
bool is_kept(std::string_view name) { return name == "security.capability" || name.starts_with("user."); }

std::string xattr_value(int fd, const std::string& name, const std::string& path) {
  std::string value;
  for (;;) {
    const ssize_t size = fgetxattr(fd, name.c_str(), nullptr, 0);
    if (size >= 0) {
      value.resize(static_cast<std::size_t>(size));
      const ssize_t got = fgetxattr(fd, name.c_str(), value.data(), value.size());
      if (got == size) return value;
      if (got >= 0 || errno == ERANGE) continue;
    }
    throw system_error("cannot read the extended attribute '" + printable(name) + "' of " + shown(path));
  }
}

std::map<std::string, std::string> xattrs_of(int fd, const std::string& path, Progress& progress) {
  std::array<char, XATTR_LIST_MAX> list{};
  const ssize_t size = flistxattr(fd, list.data(), list.size());
  if (size < 0 && errno == ENOTSUP) return {};
  if (size < 0) throw system_error("cannot read the extended attributes of " + shown(path));
  std::map<std::string, std::string> xattrs;
  for (std::string_view names(list.data(), static_cast<std::size_t>(size)); !names.empty();) {
    const std::string name(names.substr(0, names.find('\0')));
    names.remove_prefix(name.size() + 1);
    if (!is_kept(name)) continue;
    if (name.find('=') != std::string::npos) {
      progress.warn("extended attribute '" + printable(name) + "' of " + shown(path) +
                    " is left out: tar has no place for a name with '='");
      continue;
    }
    xattrs.emplace(name, xattr_value(fd, name, path));
  }
  return xattrs;
}

void copy_content(int fd, std::uint64_t size, const std::string& name, TarWriter& tar) {
  std::string buffer(static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_size)), '\0');
  while (size > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
    const ssize_t got = ::read(fd, buffer.data(), wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read " + name);
    if (got == 0) throw Error("cannot read " + name + ": it became shorter meanwhile");
    tar.content(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    size -= static_cast<std::uint64_t>(got);
  }
}

/// The walk through one root.
class Walk {
 public:
  Walk(const TreePart& part, const Times& times, TarWriter& tar, Progress& progress)
      : part_(part), times_(times), tar_(tar), progress_(progress) {}

  void directory(int dir, const std::string& path) {
    whiteouts(path);
    for (const std::string& name : names_in(dir, "the root's directory " + shown(path))) {
      const std::string below = path.empty() ? name : path + "/" + name;
      // No package can hold longer ones; it bounds the depth, too.
      if (below.size() >= PATH_MAX) throw Error("path " + shown(below.substr(0, 64)) + "… in the root is too long");
      if (name.starts_with(".wh.")) {
        throw Error(shown(below) + " cannot be in an image: in a layer a name that begins with '.wh.' deletes a file",
                    "remove it from the root, or choose --format dir");
      }
      entry(dir, name, below);
    }
  }

 private:
  void entry(int dir, const std::string& name, const std::string& path) {
    struct stat info {};
    if (fstatat(dir, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) throw system_error("cannot read " + shown(path));
    TarEntry entry;
    entry.path = path;
    entry.mode = info.st_mode & 07777U;
    entry.uid = info.st_uid;
    entry.gid = info.st_gid;
    entry.mtime = times_.of(info.st_mtim.tv_sec);
    if (!S_ISDIR(info.st_mode) && !in_part(path)) return;
    switch (info.st_mode & S_IFMT) {
      case S_IFREG: file(dir, name, info, entry); break;
      case S_IFDIR: subdirectory(dir, name, info, entry); break;
      case S_IFLNK:
        entry.type = TarType::symlink;
        entry.mode = 0777;
        entry.target = link_target(dir, name, "the symbolic link " + shown(path));
        add(entry);
        break;
      case S_IFIFO:
        entry.type = TarType::fifo;
        add(entry);
        break;
      default: progress_.detail(shown(path) + " is left out: a device or socket"); break;
    }
  }

  [[nodiscard]] bool in_part(const std::string& path) const { return !part_.has || part_.has(path); }

  /// For what is gone from a directory: names sort one after the other, its own among them.
  void whiteouts(const std::string& directory) {
    const std::string prefix = directory.empty() ? "" : directory + "/";
    for (auto one = part_.removed.lower_bound(prefix); one != part_.removed.end() && one->starts_with(prefix); ++one) {
      if (one->find('/', prefix.size()) != std::string::npos) continue;
      TarEntry entry;
      entry.path = prefix + ".wh." + one->substr(prefix.size());
      entry.mode = 0644;
      entry.mtime = times_.epoch;
      add(entry);
    }
  }

  void add(const TarEntry& entry) {
    for (; waiting_added_ < waiting_.size(); ++waiting_added_) tar_.add(waiting_[waiting_added_]);
    tar_.add(entry);
    progress_.at(bytes_, 0, printable(entry.path));
  }

  /// Opens what stat saw, and nothing that took its place.
  static Fd open_same(int dir, const std::string& name, const struct stat& seen, int flags, const std::string& path) {
    Fd fd = open_entry(dir, name, flags);
    struct stat info {};
    if (!fd || fstat(fd.get(), &info) != 0) throw system_error("cannot read " + shown(path));
    if (info.st_dev != seen.st_dev || info.st_ino != seen.st_ino || info.st_size != seen.st_size) {
      throw Error("cannot read " + shown(path) + ": it was changed meanwhile");
    }
    return fd;
  }

  void file(int dir, const std::string& name, const struct stat& info, TarEntry& entry) {
    const Fd fd = open_same(dir, name, info, 0, entry.path);
    // Hard links carry the attributes again: extracting one sets the owner, and that clears file capabilities.
    entry.xattrs = xattrs_of(fd.get(), entry.path, progress_);
    if (info.st_nlink > 1) {
      const auto [first, is_new] = links_.try_emplace({info.st_dev, info.st_ino}, entry.path);
      if (!is_new) {
        entry.type = TarType::hard_link;
        entry.target = first->second;
        add(entry);
        return;
      }
    }
    entry.size = static_cast<std::uint64_t>(info.st_size);
    add(entry);
    copy_content(fd.get(), entry.size, shown(entry.path), tar_);
    bytes_ += entry.size;
  }

  void subdirectory(int dir, const std::string& name, const struct stat& info, TarEntry& entry) {
    const Fd fd = open_same(dir, name, info, O_DIRECTORY, entry.path);
    entry.type = TarType::directory;
    entry.mtime = times_.directories.value_or(entry.mtime);
    entry.xattrs = xattrs_of(fd.get(), entry.path, progress_);
    const bool wanted = in_part(entry.path);
    if (wanted) add(entry);
    // The runtime mounts its own over these.
    if (entry.path == "dev" || entry.path == "proc" || entry.path == "sys") return;
    if (!wanted) waiting_.push_back(entry);
    directory(fd.get(), entry.path);
    if (wanted) return;
    waiting_.pop_back();
    waiting_added_ = std::min(waiting_added_, waiting_.size());
  }

  const TreePart& part_;
  Times times_;
  TarWriter& tar_;
  Progress& progress_;
  std::vector<TarEntry> waiting_;  // directories around that are added when something in them is
  std::size_t waiting_added_ = 0;  // how many of them were
  std::uint64_t bytes_ = 0;
  std::map<std::pair<dev_t, ino_t>, std::string> links_;  // device and inode → first path
};

}  // namespace

void add_tree(int root, const TreePart& part, const Times& times, TarWriter& tar, Progress& progress) {
  Walk(part, times, tar, progress).directory(root, "");
}

void add_file(const OpenDirectory& directory, const std::string& name, TarEntry entry, TarWriter& tar) {
  const std::string shown = "'" + (directory.path() / name).string() + "'";
  const Fd fd = open_entry(directory.fd(), name, 0);
  struct stat info {};
  if (!fd || fstat(fd.get(), &info) != 0) throw system_error("cannot read " + shown);
  entry.size = static_cast<std::uint64_t>(info.st_size);
  tar.add(entry);
  copy_content(fd.get(), entry.size, shown, tar);
}

}  // namespace rootlet::image
