#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base.hpp"
#include "base/digest.hpp"
#include "root/contents.hpp"
#include "root/directory.hpp"
#include "root/layers.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

using root::in_root;
using root::Inode;

/// Whether a container's runtime mounts its own over it.
bool is_covered(std::string_view path) {
  constexpr std::array<std::string_view, 3> places{"/dev/", "/proc/", "/sys/"};
  return std::any_of(places.begin(), places.end(), [&](std::string_view place) { return path.starts_with(place); });
}

std::array<timespec, 2> times_of(std::int64_t mtime) { return {timespec{mtime, 0}, timespec{mtime, 0}}; }

/// Contents of files whose place is not known yet: a later layer may take them away.
class Contents {
 public:
  explicit Contents(const OpenDirectory& directory) : directory_(directory) {}

  /// Writes the content of an entry, with its owner, mode, capabilities and time.
  void add(const image::LayerEntry& entry, image::Content& content, Inode& inode) {
    const std::string name = std::to_string(++made_);
    const Fd file(openat(directory_.fd(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) fail(entry.path);
    Digest digest;
    for (std::string_view piece = content.next(); !piece.empty(); piece = content.next()) {
      digest.update(piece);
      write_all(file.get(), piece, in_root(entry.path));
    }
    if (content.holes() > zeros_left_) {
      throw Error("cannot unpack " + in_root(entry.path) + ": its holes, and those before, are too large");
    }
    zeros_left_ -= content.holes();
    inode.facts.sha256 = digest.finish();
    const auto times = times_of(entry.mtime);
    if (fchown(file.get(), entry.uid, entry.gid) != 0 || fchmod(file.get(), entry.mode) != 0) fail(entry.path);
    if (!entry.capability.empty() &&
        fsetxattr(file.get(), "security.capability", entry.capability.data(), entry.capability.size(), 0) != 0) {
      fail(entry.path);
    }
    if (futimens(file.get(), times.data()) != 0) fail(entry.path);
    names_[&inode] = name;
  }

  /// Moves a content to its place.
  void place(const Inode& inode, int parent, const std::string& name, const std::string& path) const {
    if (renameat(directory_.fd(), names_.at(&inode).c_str(), parent, name.c_str()) != 0) fail(path);
  }

 private:
  [[noreturn]] static void fail(const std::string& path) { throw system_error("cannot unpack " + in_root(path)); }

  const OpenDirectory& directory_;
  std::unordered_map<const Inode*, std::string> names_;
  std::uint64_t made_ = 0;
  std::uint64_t zeros_left_ = root::most_zeros;
};

std::pair<std::string, std::string> split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

/// Makes the files of a tree, directories before what is in them.
class Maker {
 public:
  Maker(const root::Root& root, const Contents& contents) : root_(root), contents_(contents) {}

  void make(const std::string& path, const Inode& inode) {
    const auto [directory, name] = split(path);
    const Fd parent = root_.open(directory, O_PATH | O_DIRECTORY);
    if (!parent) fail(path);
    const auto [first, is_new] = first_names_.try_emplace(&inode, path);
    if (!is_new) return link(first->second, parent.get(), name);
    switch (inode.facts.type) {
      case FileType::directory:
        if (mkdirat(parent.get(), name.c_str(), 0700) != 0) fail(path);
        directories_.emplace_back(path, &inode);
        break;
      case FileType::regular: contents_.place(inode, parent.get(), name, path); break;
      case FileType::symlink:
        if (symlinkat(inode.facts.target.c_str(), parent.get(), name.c_str()) != 0) fail(path);
        set_access(parent.get(), name, inode.facts, path);
        break;
      case FileType::fifo:
        if (mkfifoat(parent.get(), name.c_str(), 0600) != 0) fail(path);
        set_access(parent.get(), name, inode.facts, path);
        break;
      default: break;  // no image that is built here has devices and sockets
    }
  }

  /// Only now: what is made in a directory changes its time, and its mode may forbid it.
  void finish_directories() const {
    for (auto one = directories_.rbegin(); one != directories_.rend(); ++one) {
      const auto [directory, name] = split(one->first);
      const Fd parent = root_.open(directory, O_PATH | O_DIRECTORY);
      if (!parent) fail(one->first);
      set_access(parent.get(), name, one->second->facts, one->first);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& path) { throw system_error("cannot unpack " + in_root(path)); }

  void link(const std::string& to, int parent, const std::string& name) const {
    const auto [directory, other] = split(to);
    const Fd from = root_.open(directory, O_PATH | O_DIRECTORY);
    if (!from || linkat(from.get(), other.c_str(), parent, name.c_str(), 0) != 0) fail(to);
  }

  static void set_access(int parent, const std::string& name, const TreeFile& facts, const std::string& path) {
    const auto times = times_of(facts.mtime);
    const bool is_link = facts.type == FileType::symlink;
    if (fchownat(parent, name.c_str(), facts.uid, facts.gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        (!is_link && fchmodat(parent, name.c_str(), facts.mode, 0) != 0) ||
        utimensat(parent, name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
      fail(path);
    }
  }

  const root::Root& root_;
  const Contents& contents_;
  std::unordered_map<const Inode*, std::string> first_names_;
  std::vector<std::pair<std::string, const Inode*>> directories_;
};

/// A change in the same tick of the kernel's clock as the last of what was unpacked would not be seen.
void wait_for_next_tick() {
  const timespec tick{0, 20'000'000};
  nanosleep(&tick, nullptr);
}

/// A file of a directory as content of an entry.
class CopiedContent final : public image::Content {
 public:
  CopiedContent(const root::Root& root, const std::string& path) : reader_(root, path) {}
  std::string_view next() override { return reader_.next(); }

 private:
  root::FileReader reader_;
};

image::LayerEntry::Kind kind_of(const TreeFile& file) {
  using Kind = image::LayerEntry::Kind;
  if (!file.first_link.empty()) return Kind::hard_link;
  switch (file.type) {
    case FileType::directory: return Kind::directory;
    case FileType::symlink: return Kind::symlink;
    case FileType::fifo: return Kind::fifo;
    case FileType::regular: return Kind::regular;
    default: return Kind::char_device;
  }
}

image::LayerEntry entry_of(const root::Root& root, const TreeFile& file) {
  image::LayerEntry entry;
  entry.path = file.path;
  entry.kind = kind_of(file);
  entry.mode = file.mode;
  entry.uid = file.uid;
  entry.gid = file.gid;
  entry.size = file.size;
  entry.mtime = file.mtime;
  entry.target = file.first_link.empty() ? file.target : file.first_link;
  if (file.capabilities.empty()) return entry;
  const Fd open = root.open(file.path, O_RDONLY | O_NOFOLLOW);
  std::array<char, 64> value{};
  const ssize_t size = open ? fgetxattr(open.get(), "security.capability", value.data(), value.size()) : -1;
  if (size < 0) throw system_error("cannot read the capabilities of " + in_root(file.path));
  entry.capability.assign(value.data(), static_cast<std::size_t>(size));
  return entry;
}

using Inodes = std::vector<std::pair<std::string, const Inode*>>;

void make_files(const root::Root& root, const Contents& contents, const Inodes& inodes) {
  Maker maker(root, contents);
  for (const auto& [path, inode] : inodes) {
    if (!is_covered(path)) maker.make(path, *inode);
  }
  maker.finish_directories();
}

}  // namespace

void copy_root(const root::Root& from, const root::Root& to, const OpenDirectory& workplace, Progress& progress) {
  const TempDir beside(workplace, ".base-");
  Contents contents(beside.directory());
  root::LayerTree tree;
  tree.begin_layer();
  progress.begin("copying the root", 0, Progress::Unit::items);
  for (const TreeFile& file : root::read_files(from, root::Contents::none, progress).files) {
    const image::LayerEntry entry = entry_of(from, file);
    Inode* const inode = tree.apply(entry);
    if (inode == nullptr) continue;
    CopiedContent content(from, file.path);
    contents.add(entry, content, *inode);
  }
  progress.end();
  make_files(to, contents, tree.inodes());
}

BaseFiles unpack(image::Image& image, const root::Root& root, const OpenDirectory& workplace, Progress& progress) {
  const TempDir beside(workplace, ".base-");
  Contents contents(beside.directory());
  root::LayerTree tree;
  progress.begin("unpacking the base", image.info().compressed_size(), Progress::Unit::bytes);
  for (std::size_t layer = 0; layer < image.info().layers.size(); ++layer) {
    tree.begin_layer();
    const auto visit = [&](const image::LayerEntry& entry, image::Content& content) {
      if (Inode* const inode = tree.apply(entry)) contents.add(entry, content, *inode);
    };
    image.read_layer(layer, visit, progress);
  }
  progress.end();
  const Inodes inodes = tree.inodes();
  make_files(root, contents, inodes);
  wait_for_next_tick();
  BaseFiles files;
  for (const auto& [path, inode] : inodes) {
    const auto info = root.examine(path);
    if (!info) continue;
    files[path] = {inode->facts, info->st_dev, info->st_ino, info->st_ctim.tv_sec, info->st_ctim.tv_nsec};
  }
  return files;
}

}  // namespace rootlet::rootfs
