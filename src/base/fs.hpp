#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rootlet {

namespace fs = std::filesystem;

/// An owned file descriptor; -1 when empty.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

/// Opens for reading, close-on-exec. Error: "cannot open '<path>': <cause>".
Fd open_read(const fs::path& path);

/// Which file a descriptor is of, and in which state: another one when the file is written to, or its name given to
/// another file (inode(7): the time of the last status change, which nobody can set).
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t changed_seconds = 0;
  std::int64_t changed_nanoseconds = 0;
  bool operator==(const FileIdentity&) const = default;
};
/// Error: "cannot look at '<name>': <cause>".
FileIdentity identity_of(int fd, const fs::path& name);

/// Writes all bytes or throws "cannot write '<name>': <cause>" (`name` is only for the message).
void write_all(int fd, std::string_view bytes, const fs::path& name);

/// The whole file. Error: "cannot read '<path>': <cause>"; it is larger than `most` bytes, or one that is never at its
/// end, as in /proc.
std::string read_file(const fs::path& path, std::uint64_t most = UINT64_MAX);

/// Modes of new files and directories at most, before the umask, or the default access-control list of the directory
/// they are made in, has its say: never for everybody to write.
constexpr unsigned new_file_mode = 0664;
constexpr unsigned new_directory_mode = 0775;

/// An open directory, which copies share. What is in it is reached through the descriptor: whoever may rename what its
/// path leads through can give that path to another directory, but not this one's place.
class OpenDirectory {
 public:
  /// Error: "cannot open '<path>': <cause>".
  explicit OpenDirectory(const fs::path& path);
  OpenDirectory(Fd fd, fs::path path) : fd_(std::make_shared<const Fd>(std::move(fd))), path_(std::move(path)) {}

  [[nodiscard]] int fd() const noexcept { return fd_->get(); }
  /// Where it was opened; for messages.
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

  /// Makes a directory in it, as new_directory_mode says. Error: "cannot create directory '<path>': <cause>".
  [[nodiscard]] OpenDirectory make(const std::string& name) const;
  /// Whether what is open as `open` has the name `name` in it.
  [[nodiscard]] bool has(int open, const std::string& name) const;
  /// Flushes its entries to disk.
  void sync() const;

 private:
  std::shared_ptr<const Fd> fd_;
  fs::path path_;
};

/// Gives the open file or directory `fd`, which takes the place of `replaced` in the directory `dir`, the mode, owner
/// and access-control list of that one, as far as the process may. Does nothing where there is none of its kind.
void keep_access(int fd, int dir, const fs::path& replaced);

/// A file that appears under its name complete or not at all: written without a name where the file system can do that
/// (O_TMPFILE), else beside it, flushed to disk and named by commit(). Without commit() nothing is left behind; where
/// the process is killed, hardly ever. Without `mode` it is as accessible as the file that it replaces, or, where it is
/// new, as new_file_mode says.
class AtomicFile {
 public:
  explicit AtomicFile(fs::path path, std::optional<unsigned> mode = std::nullopt);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  void commit();

 private:
  void link_to_temporary();

  fs::path path_;
  fs::path temporary_;  ///< empty while it has no name
  Fd fd_;
};

/// write_file: replaces `path` atomically.
void write_file(const fs::path& path, std::string_view bytes, std::optional<unsigned> mode = std::nullopt);

/// An exclusive flock(2) on a directory, or on a file that is made where missing; waits for it. Held until destruction,
/// given back by the kernel when the process dies.
class FileLock {
 public:
  explicit FileLock(const fs::path& path);

 private:
  Fd fd_;
};

/// A private directory (mode 01700) `<parent>/<prefix>XXXXXX` without access-control lists, removed with all it holds
/// on destruction. Locked while it lives: leftovers of the user's killed processes with this parent and prefix are
/// removed when the next one is made. What cannot be removed stays, with a warning. Both directories are held: where
/// others may rename it, it is never looked up again, and what has its name by then stays as it is.
class TempDir {
 public:
  TempDir(const fs::path& parent, const std::string& prefix) : TempDir(OpenDirectory(parent), prefix) {}
  TempDir(OpenDirectory parent, const std::string& prefix);
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const OpenDirectory& parent() const noexcept { return parent_; }
  [[nodiscard]] const OpenDirectory& directory() const noexcept { return *directory_; }
  /// Its path, which leads to it as long as nobody else may rename it.
  [[nodiscard]] const fs::path& path() const noexcept { return directory_->path(); }

 private:
  OpenDirectory parent_;
  std::optional<OpenDirectory> directory_;
};

/// Removes what the user's killed processes left of a TempDir of this parent and prefix; other directories lack its
/// sticky bit. False when one is still held by a living process.
bool remove_abandoned_dirs(const fs::path& parent, const std::string& prefix);

/// Removes a tree of any depth, without following links or entering what is mounted in it. Missing is fine.
void remove_tree(const fs::path& path);
void remove_tree(const OpenDirectory& parent, const std::string& name);

/// Empties the open directory `dir`, and removes it from `parent`. Error: it has another name by now.
void remove_directory(int dir, const OpenDirectory& parent, const std::string& name);

/// mkdir -p; new ones are as new_directory_mode says. Error: "cannot create directory '<path>': <cause>".
void make_dirs(const fs::path& path);

/// Publishes the finished file or directory `name` of the directory `from` as `as` in `to`, in one step on the same
/// file system. A directory that stands there is exchanged and removed; whether it may be replaced is the caller's
/// decision.
void publish(const OpenDirectory& from, const std::string& name, const OpenDirectory& to, const std::string& as);

/// The directory that holds `path`, "." where it has none.
fs::path parent_dir(const fs::path& path);

}  // namespace rootlet
