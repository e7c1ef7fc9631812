#include "root/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <limits>
#include <map>

#include "base/capabilities.hpp"
#include "base/entries.hpp"
#include "base/text.hpp"
#include "image/read.hpp"
#include "rootlet/error.hpp"

namespace rootlet::root {
namespace {

/// The content of an open file, up to the size that it had. `holes`: how much of it the file system does not store.
class FileContent final : public image::Content {
 public:
  FileContent(int fd, std::uint64_t size, const std::string& path, std::uint64_t holes = 0)
      : fd_(fd), left_(size), holes_(holes), path_(path), buffer_(std::min<std::uint64_t>(size, 1U << 18U), '\0') {}

  [[nodiscard]] std::uint64_t holes() const override { return holes_; }
  [[nodiscard]] int file() const override { return fd_; }

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

/// The walk through a root. Nothing is followed; only directories and regular files are opened.
class Walk {
 public:
  Walk(dev_t device, Contents contents, Progress& progress, const Counts& counts)
      : device_(device), contents_(contents), progress_(progress), counts_(counts) {}

  void directory(int fd, const std::string& path) {
    for (const std::string& name : names_in(fd, in_root(path))) {
      const std::string below = path + "/" + name;
      // No package can hold longer ones; it bounds the depth, too.
      if (below.size() > PATH_MAX) throw Error("a path in the root is too long: " + in_root(below.substr(0, 64)) + "…");
      if (counts_ && !counts_(below)) continue;
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
    file.type = file_type(info.st_mode);
    file.mode = info.st_mode & 07777U;
    file.uid = info.st_uid;
    file.gid = info.st_gid;
    file.mtime = info.st_mtim.tv_sec;
    if (file.type == FileType::regular) regular(parent, name, info, file);
    if (file.type == FileType::symlink) file.target = link_target(parent, name, "the link " + in_root(path));
    const bool linked = info.st_nlink > 1 && file.type != FileType::directory;
    const bool is_directory = file.type == FileType::directory;
    files_.emplace_back(std::move(file), linked ? Identity(info.st_dev, info.st_ino) : Identity());
    progress_.at(files_.size(), 0, printable(path));
    if (is_directory && !is_live(path, info)) directory(open_same(parent, name, info, O_DIRECTORY, path).get(), path);
  }

  /// Things that a running system mounts there are no part of a root.
  [[nodiscard]] bool is_live(const std::string& path, const struct stat& info) const {
    return (path == "/proc" || path == "/sys" || path == "/dev") && info.st_dev != device_;
  }

  /// Opens what stat saw, and nothing that took its place.
  static Fd open_same(int parent, const std::string& name, const struct stat& seen, int flags,
                      const std::string& path) {
    Fd fd = open_entry(parent, name, flags);
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
    if (contents_ == Contents::none) return;
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
    if (info.st_nlink > 1) read_.emplace(identity, files_.size());
    if (contents_ == Contents::code) return read_code(fd.get(), file);
    const auto stored = static_cast<std::uint64_t>(info.st_blocks) * 512;  // bytes (stat(2))
    FileContent content(fd.get(), file.size, file.path, file.size - std::min(file.size, stored));
    reader_.read(content, std::nullopt, file.path, file);
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

  dev_t device_;
  Contents contents_;
  Spooler unused_;
  ContentReader reader_{Contents::all, unused_};
  Progress& progress_;
  const Counts& counts_;
  std::vector<std::pair<TreeFile, Identity>> files_;
  std::map<Identity, std::size_t> read_;  // files with several names, by their place in files_
};

}  // namespace

FileTree read_files(const Root& root, Contents contents, Progress& progress, const Counts& counts) {
  struct stat top {};
  if (fstat(root.descriptor(), &top) != 0) throw system_error("cannot examine " + in_root("/"));
  Walk walk(top.st_dev, contents, progress, counts);
  walk.directory(root.descriptor(), "");
  FileTree tree;
  tree.files = walk.finish();
  tree.contents_read = contents == Contents::all;
  return tree;
}

FileReader::FileReader(const Root& root, const std::string& path)
    : path_(path), fd_(root.find_file(path)), buffer_(1U << 18U, '\0') {
  if (!fd_) throw Error("cannot read " + in_root(path) + ": No such file or directory");
}

std::string_view FileReader::next() {
  ssize_t got = 0;
  do {
    got = ::read(fd_.get(), buffer_.data(), buffer_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw system_error("cannot read " + in_root(path_));
  return std::string_view(buffer_).substr(0, static_cast<std::size_t>(got));
}

Kept keep(const Root& root, const std::string& path, Use use, Spooler& spooler) {
  const Fd fd = root.find_file(path);
  if (!fd) throw Error("cannot read " + in_root(path) + ": No such file or directory");
  FileContent content(fd.get(), std::numeric_limits<std::uint64_t>::max(), path);
  TreeFile ignored;
  return *ContentReader(Contents::none, spooler).read(content, use, path, ignored);
}

}  // namespace rootlet::root
