#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <map>

#include "base/capabilities.hpp"
#include "base/handle.hpp"
#include "base/text.hpp"
#include "contents.hpp"
#include "inspect/tree.hpp"
#include "places.hpp"
#include "rootlet/error.hpp"
#include "spool.hpp"

namespace rootlet::inspect {
namespace {

std::string in_root(const std::string& path) { return "'" + printable(path.empty() ? "/" : path) + "' in the root"; }

/// The content of an open file, up to the size that it had. `holes`: how much of it the file system does not store.
class FileContent final : public image::Content {
 public:
  FileContent(int fd, std::uint64_t size, const std::string& path, std::uint64_t holes = 0)
      : fd_(fd), left_(size), holes_(holes), path_(path), buffer_(1U << 18U, '\0') {}

  [[nodiscard]] std::uint64_t holes() const override { return holes_; }

  std::string_view next() override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer_.size()));
    ssize_t got = 0;
    do {
      got = ::read(fd_, buffer_.data(), wanted);
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw system_error("cannot read " + in_root(path_));
    left_ = got == 0 ? 0 : left_ - static_cast<std::uint64_t>(got);
    return std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
  }

 private:
  int fd_;
  std::uint64_t left_;
  std::uint64_t holes_;
  const std::string& path_;
  std::string buffer_;
};

/// Opens for reading, without a trace where the system allows that: only for one's own files, and for root.
Fd open_quietly(int directory, const std::string& name, int flags) {
  constexpr int always = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Fd fd(openat(directory, name.c_str(), always | O_NOATIME | flags));
  if (!fd && errno == EPERM) fd = Fd(openat(directory, name.c_str(), always | flags));
  return fd;
}

std::vector<std::string> names_in(int directory, const std::string& path) {
  Fd own = open_quietly(directory, ".", O_DIRECTORY);
  const Handle<DIR, closedir> stream{own ? fdopendir(own.get()) : nullptr};
  if (!stream) throw system_error("cannot read " + in_root(path));
  own.release();
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(stream.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (errno != 0) throw system_error("cannot read " + in_root(path));
  std::sort(names.begin(), names.end());
  return names;
}

FileType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return FileType::directory;
    case S_IFLNK: return FileType::symlink;
    case S_IFCHR: return FileType::char_device;
    case S_IFBLK: return FileType::block_device;
    case S_IFIFO: return FileType::fifo;
    case S_IFSOCK: return FileType::socket;
    default: return FileType::regular;
  }
}

/// The walk through a root. Nothing is followed; only directories and regular files are opened.
class Walk {
 public:
  Walk(const struct stat& top, ContentReader& reader, bool contents, Progress& progress)
      : top_(top), reader_(reader), contents_(contents), progress_(progress) {}

  void directory(int fd, const std::string& path) {
    for (const std::string& name : names_in(fd, path)) {
      const std::string below = path + "/" + name;
      // No package can hold longer ones; it bounds the depth, too.
      if (below.size() > PATH_MAX) throw Error("a path in the root is too long: " + in_root(below.substr(0, 64)) + "…");
      entry(fd, name, below);
    }
  }

  std::vector<TreeFile> finish() {
    std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.first.path < b.first.path; });
    std::map<Identity, std::string> first_names;
    std::vector<TreeFile> files;
    files.reserve(files_.size());
    for (auto& [file, identity] : files_) {
      if (identity != Identity()) {
        const auto [first, is_new] = first_names.try_emplace(identity, file.path);
        if (!is_new) file.first_link = first->second;
      }
      files.push_back(std::move(file));
    }
    return files;
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;

  void entry(int parent, const std::string& name, const std::string& path) {
    struct stat info {};
    if (fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      throw system_error("cannot examine " + in_root(path));
    }
    TreeFile file;
    file.path = path;
    file.type = type_of(info.st_mode);
    file.mode = info.st_mode & 07777U;
    file.uid = info.st_uid;
    file.gid = info.st_gid;
    file.mtime = info.st_mtim.tv_sec;
    if (file.type == FileType::regular) regular(parent, name, info, file);
    if (file.type == FileType::symlink) file.target = link_target(parent, name, path);
    const bool linked = info.st_nlink > 1 && file.type != FileType::directory;
    const bool is_directory = file.type == FileType::directory;
    files_.emplace_back(std::move(file), linked ? Identity(info.st_dev, info.st_ino) : Identity());
    progress_.at(files_.size(), 0, printable(path));
    if (is_directory && !is_live(path, info)) directory(open_same(parent, name, info, O_DIRECTORY, path).get(), path);
  }

  /// What a running system mounts there is no part of a root.
  [[nodiscard]] bool is_live(const std::string& path, const struct stat& info) const {
    return (path == "/proc" || path == "/sys" || path == "/dev") && info.st_dev != top_.st_dev;
  }

  /// Opens what stat saw, and nothing that took its place.
  static Fd open_same(int parent, const std::string& name, const struct stat& seen, int flags,
                      const std::string& path) {
    Fd fd = open_quietly(parent, name, flags);
    struct stat info {};
    if (!fd || fstat(fd.get(), &info) != 0) throw system_error("cannot read " + in_root(path));
    if (info.st_dev != seen.st_dev || info.st_ino != seen.st_ino) {
      throw Error("cannot read " + in_root(path) + ": it was replaced meanwhile");
    }
    return fd;
  }

  void regular(int parent, const std::string& name, const struct stat& info, TreeFile& file) {
    file.size = static_cast<std::uint64_t>(info.st_size);
    file.capabilities = capabilities(parent, name, file.path);
    if (!contents_) return;
    const Identity identity(info.st_dev, info.st_ino);
    if (const auto before = read_.find(identity); info.st_nlink > 1 && before != read_.end()) {
      const TreeFile& same = files_[before->second].first;
      file.sha256 = same.sha256;
      file.unread = same.unread;
      file.interpreter = same.interpreter;
      file.elf = same.elf;
      return;
    }
    const Fd fd = open_same(parent, name, info, 0, file.path);
    const auto stored = static_cast<std::uint64_t>(info.st_blocks) * 512;  // bytes (stat(2))
    FileContent content(fd.get(), file.size, file.path, file.size - std::min(file.size, stored));
    reader_.read(content, std::nullopt, file.path, file);
    if (info.st_nlink > 1) read_.emplace(identity, files_.size());
  }

  static std::string capabilities(int parent, const std::string& name, const std::string& path) {
    const std::string link = "/proc/self/fd/" + std::to_string(parent) + "/" + name;
    std::array<char, 64> value{};
    const ssize_t size = lgetxattr(link.c_str(), "security.capability", value.data(), value.size());
    if (size < 0 && (errno == ENODATA || errno == ENOTSUP)) return {};
    if (size < 0) throw system_error("cannot read the capabilities of " + in_root(path));
    const auto text = capabilities_of_attribute({value.data(), static_cast<std::size_t>(size)});
    if (!text) throw Error("the attribute security.capability of " + in_root(path) + " is malformed");
    return *text;
  }

  static std::string link_target(int parent, const std::string& name, const std::string& path) {
    std::string target(PATH_MAX, '\0');
    const ssize_t size = readlinkat(parent, name.c_str(), target.data(), target.size());
    if (size < 0) throw system_error("cannot read the link " + in_root(path));
    target.resize(static_cast<std::size_t>(size));
    return target;
  }

  struct stat top_;
  ContentReader& reader_;
  bool contents_;
  Progress& progress_;
  std::vector<std::pair<TreeFile, Identity>> files_;
  std::map<Identity, std::size_t> read_;  // files with several names, by their place in files_
};

/// Opens files beneath a root as if it were "/".
class DirectoryPlaces final : public Places {
 public:
  explicit DirectoryPlaces(int root) : root_(root) {}

  [[nodiscard]] bool has_file(const std::string& path) const override {
    const Fd fd = open(path, O_PATH);
    struct stat info {};
    return fd && fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode);
  }

  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const override {
    const Fd fd = open(directory, O_RDONLY | O_DIRECTORY);
    return fd ? names_in(fd.get(), directory) : std::vector<std::string>();
  }

  [[nodiscard]] std::string link(const std::string& path) const override {
    const Fd fd = open(path, O_PATH | O_NOFOLLOW);
    std::array<char, PATH_MAX> target{};
    const ssize_t size = fd ? readlinkat(fd.get(), "", target.data(), target.size()) : -1;
    return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
  }

  [[nodiscard]] bool same_file(const std::string& one, const std::string& other) const override {
    const Fd first = open(one, O_PATH);
    const Fd second = open(other, O_PATH);
    struct stat a {};
    struct stat b {};
    return first && second && fstat(first.get(), &a) == 0 && fstat(second.get(), &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
  }

  /// Of a regular file.
  [[nodiscard]] Fd open_file(const std::string& path) const {
    Fd fd = open(path, O_RDONLY | O_NONBLOCK | O_NOATIME);
    if (!fd) fd = open(path, O_RDONLY | O_NONBLOCK);
    if (!fd) throw system_error("cannot read " + in_root(path));
    return fd;
  }

 private:
  [[nodiscard]] Fd open(const std::string& path, int flags) const {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    for (int attempt = 0;; ++attempt) {
      Fd fd(static_cast<int>(syscall(SYS_openat2, root_, path.c_str(), &how, sizeof how)));
      if (!fd && errno == ENOSYS) throw Error("this system has no openat2(2)", "use Linux 5.6 or later");
      const bool nowhere = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
      if (fd || nowhere || (errno == EPERM && (flags & O_NOATIME) != 0)) return fd;
      // EAGAIN: something was renamed meanwhile.
      if ((errno != EAGAIN && errno != EINTR) || attempt >= 100) throw system_error("cannot open " + in_root(path));
    }
  }

  int root_;
};

}  // namespace

Tree read_directory(const std::filesystem::path& root, const TreeOptions& options, Progress& progress) {
  const Fd top(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat info {};
  if (!top || fstat(top.get(), &info) != 0) throw system_error("cannot read the root '" + root.string() + "'");
  Tree tree;
  Spooler spooler;
  try {
    ContentReader reader(options.depth, spooler);
    if (options.depth != Depth::database) {
      progress.begin("reading the root", 0, Progress::Unit::items);
      Walk walk(info, reader, options.depth == Depth::contents, progress);
      walk.directory(top.get(), "");
      tree.files.files = walk.finish();
      progress.end();
    }
    ContentReader keeper(Depth::files, spooler);
    const DirectoryPlaces places(top.get());
    tree.links = merged_links(places);
    for (const Wish& wish : wishes(places)) {
      const Fd fd = places.open_file(wish.path);
      TreeFile ignored;
      FileContent content(fd.get(), std::numeric_limits<std::uint64_t>::max(), wish.path);
      put(wish, *keeper.read(content, wish.use, wish.path, ignored), spooler, tree);
    }
  } catch (const Error& error) {
    progress.abandon();
    throw error.within("cannot read the root '" + root.string() + "'");
  }
  tree.files.contents_read = options.depth == Depth::contents;
  tree.spool.directory = spooler.release();
  return tree;
}

}  // namespace rootlet::inspect
