#include "base/fs.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/text.hpp"
#include "entries.hpp"
#include "own_file.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

/// The beginning of the name that a file has before it takes its own.
std::string temporary_name(const fs::path& path) {
  return (parent_dir(path) / ("." + path.filename().string() + ".")).string();
}

/// For mkostemp(3), which has no say in the mode.
Fd open_temporary(std::string& pattern, unsigned mode) {
  const std::string start = pattern;
  for (unsigned attempt = 0;; ++attempt) {
    pattern = start + std::to_string(getpid()) + "-" + std::to_string(attempt);
    Fd fd(open(pattern.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (fd || errno != EEXIST) return fd;
  }
}

/// Gives a file the access-control list of another one, if that has one of its own.
void copy_list(int from, int to) {
  constexpr const char* name = "system.posix_acl_access";
  std::array<char, 65536> list{};
  const ssize_t size = fgetxattr(from, name, list.data(), list.size());
  if (size > 0) {
    fsetxattr(to, name, list.data(), static_cast<std::size_t>(size), 0);
  } else {
    fremovexattr(to, name);
  }
}

/// Locks a directory or file without waiting.
bool try_lock(int fd) noexcept { return flock(fd, LOCK_EX | LOCK_NB) == 0; }

/// At the end of a TempDir's name.
constexpr std::size_t random_letters = 6;

/// Of a TempDir's directory: by the sticky bit, which nobody else gives a private one, a name that only looks like it
/// is told apart.
constexpr mode_t temporary_mode = S_ISVTX | S_IRWXU;

bool is_temporary(int dir) {
  struct stat info {};
  return fstat(dir, &info) == 0 && (info.st_mode & 07777U) == temporary_mode && info.st_uid == geteuid();
}

Fd open_directory(int dir, const fs::path& name) {
  return Fd(openat(dir, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Removes as much as can be.
void try_to_remove(int dir, const OpenDirectory& parent, const std::string& name) noexcept try {
  remove_directory(dir, parent, name);
} catch (const std::exception& error) {
  std::fprintf(stderr, "rootlet: warning: %s\n", error.what());
}

bool remove_abandoned(const OpenDirectory& parent, const std::string& prefix) {
  bool all = true;
  for (const std::string& name : names_in(parent.fd(), quoted(parent.path()))) {
    if (name.size() != prefix.size() + random_letters || !name.starts_with(prefix)) continue;
    const Fd dir = open_directory(parent.fd(), name);
    if (!dir || !is_temporary(dir.get())) continue;
    if (!try_lock(dir.get())) {
      all = false;
    } else if (parent.has(dir.get(), name)) {  // no other process has removed it
      try_to_remove(dir.get(), parent, name);
    }
  }
  return all;
}

std::string random_name(const std::string& prefix) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, random_letters> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != std::ssize(bytes)) throw system_error("cannot get random bytes");
  std::string name = prefix;
  for (const unsigned char byte : bytes) name += letters[byte % letters.size()];
  return name;
}

/// Whoever may rename in `parent` may have put another directory in the place of the one that was made there.
void require_own(int made, const OpenDirectory& parent) {
  struct stat info {};
  if (fstat(made, &info) != 0) throw system_error("cannot look at a directory in " + quoted(parent.path()));
  if (info.st_uid == geteuid() && (info.st_mode & (S_IRWXG | S_IRWXO)) == 0 && names_in(made, "it").empty()) return;
  throw Error("cannot create a directory in " + quoted(parent.path()) + ": the new one is not one's own alone",
              "choose another place: an ordinary directory of a local file system in which nobody else renames files");
}

}  // namespace

OpenDirectory::OpenDirectory(const fs::path& path)
    : OpenDirectory(Fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), path) {
  if (!*fd_) throw system_error("cannot open " + quoted(path_));
}

OpenDirectory OpenDirectory::make(const std::string& name) const {
  const fs::path shown = path_ / name;
  if (mkdirat(fd(), name.c_str(), new_directory_mode) != 0) {
    throw system_error("cannot create directory " + quoted(shown));
  }
  Fd made = open_directory(fd(), name);
  if (!made) throw system_error("cannot open " + quoted(shown));
  return {std::move(made), shown};
}

bool OpenDirectory::has(int open, const std::string& name) const {
  struct stat own {};
  struct stat there {};
  return fstat(open, &own) == 0 && fstatat(fd(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

void OpenDirectory::sync() const {
  if (fsync(fd()) != 0) throw system_error("cannot flush " + quoted(path_));
}

bool remove_abandoned_dirs(const fs::path& parent, const std::string& prefix) {
  Fd dir(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return !dir || remove_abandoned({std::move(dir), parent}, prefix);
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

void Fd::reset() noexcept {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

Fd open_read(const fs::path& path) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot open " + quoted(path));
  return fd;
}

FileIdentity identity_of(int fd, const fs::path& name) {
  struct stat info {};
  if (fstat(fd, &info) != 0) throw system_error("cannot look at '" + name.string() + "'");
  return {info.st_dev, info.st_ino, info.st_ctim.tv_sec, info.st_ctim.tv_nsec};
}

void write_all(int fd, std::string_view bytes, const fs::path& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw system_error("cannot write " + quoted(name));
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_file(const fs::path& path, std::uint64_t most) {
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw system_error("cannot read " + quoted(path));
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) throw system_error("cannot read " + quoted(path));
  const auto require_most = [&](std::uint64_t size) {
    if (size > most) throw Error("cannot read " + quoted(path) + ": it is larger than " + human_size(most));
  };
  // A reader of /proc/kmsg, a regular file by its mode, would wait for ever.
  if (S_ISREG(info.st_mode)) {
    fcntl(fd.get(), F_SETFL, O_NONBLOCK);
    require_most(static_cast<std::uint64_t>(info.st_size));
  }
  std::string content;
  content.reserve(static_cast<std::size_t>(info.st_size) + 1);
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) throw Error("cannot read " + quoted(path) + ": it has no end");
    if (got < 0) throw system_error("cannot read " + quoted(path));
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    require_most(content.size());
  }
}

void keep_access(int fd, int dir, const fs::path& replaced) {
  struct stat own {};
  struct stat old {};
  const Fd there(openat(dir, replaced.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!there || fstat(there.get(), &old) != 0 || fstat(fd, &own) != 0) return;
  if ((own.st_mode & S_IFMT) != (old.st_mode & S_IFMT)) return;
  mode_t mode = old.st_mode & 07777U;
  // Only root may give a file to others, and only to a group of one's own.
  if (fchown(fd, old.st_uid, old.st_gid) != 0 && fchown(fd, static_cast<uid_t>(-1), old.st_gid) != 0) {
    mode = (mode & ~(S_IRWXG | S_ISGID)) | (mode & (mode << 3U) & S_IRWXG);
  } else if (const Fd readable(openat(dir, replaced.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
             readable) {
    copy_list(readable.get(), fd);
  }
  if (fchmod(fd, mode) != 0) throw system_error("cannot set the mode of " + quoted(replaced));
}

AtomicFile::AtomicFile(fs::path path, std::optional<unsigned> mode) : path_(std::move(path)) {
  const unsigned first = mode.value_or(new_file_mode);
  if (access("/proc/self/fd", F_OK) == 0) {
    fd_ = Fd(open(parent_dir(path_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, first));
  }
  if (!fd_) {
    std::string name = temporary_name(path_);
    fd_ = open_temporary(name, first);
    if (!fd_) throw system_error("cannot write " + quoted(path_));
    temporary_ = name;
  }
  try {
    if (!mode) keep_access(fd_.get(), AT_FDCWD, path_);
  } catch (const Error&) {
    if (!temporary_.empty()) unlink(temporary_.c_str());
    throw;
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) { write_all(fd_.get(), bytes, path_); }

/// A file without a name can be given a new one, but cannot take that of another file.
void AtomicFile::link_to_temporary() {
  const std::string open_file = "/proc/self/fd/" + std::to_string(fd_.get());
  for (unsigned attempt = 0;; ++attempt) {
    temporary_ = temporary_name(path_) + std::to_string(getpid()) + "." + std::to_string(attempt);
    if (linkat(AT_FDCWD, open_file.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
    if (errno == EEXIST) continue;
    const Error error = system_error("cannot write " + quoted(path_));
    temporary_.clear();
    throw error;
  }
}

void AtomicFile::commit() {
  if (fsync(fd_.get()) != 0) throw system_error("cannot write " + quoted(path_));
  if (temporary_.empty()) link_to_temporary();
  if (rename(temporary_.c_str(), path_.c_str()) != 0) throw system_error("cannot write " + quoted(path_));
  temporary_.clear();
  fd_.reset();
}

void write_file(const fs::path& path, std::string_view bytes, std::optional<unsigned> mode) {
  AtomicFile file(path, mode);
  file.write(bytes);
  file.commit();
}

FileLock::FileLock(const fs::path& path) {
  const int how = fs::is_directory(path) ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT | O_NOFOLLOW;
  fd_ = Fd(open(path.c_str(), how | O_CLOEXEC, own_file_mode));
  if (!fd_) throw system_error("cannot open the lock file " + quoted(path));
  while (flock(fd_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) throw system_error("cannot lock " + quoted(path));
  }
}

TempDir::TempDir(OpenDirectory parent, const std::string& prefix) : parent_(std::move(parent)) {
  remove_abandoned(parent_, prefix);
  // Before it is locked, another process may take the directory for an abandoned one: make the next.
  for (int tries = 0; tries < 100; ++tries) {
    const std::string name = random_name(prefix);
    if (mkdirat(parent_.fd(), name.c_str(), S_IRWXU) != 0) {
      if (errno == EEXIST) continue;
      throw system_error("cannot create a directory in " + quoted(parent_.path()));
    }
    Fd made = open_directory(parent_.fd(), name);
    if (!made || !try_lock(made.get())) continue;
    require_own(made.get(), parent_);
    // No group, bit or list of the parent: what is made inside would take after it.
    for (const char* list : {"system.posix_acl_default", "system.posix_acl_access"}) fremovexattr(made.get(), list);
    if (fchmod(made.get(), temporary_mode) != 0) {
      throw system_error("cannot set the mode of " + quoted(parent_.path() / name));
    }
    if (!parent_.has(made.get(), name)) continue;
    directory_.emplace(std::move(made), parent_.path() / name);
    return;
  }
  throw Error("cannot lock a directory in " + quoted(parent_.path()));
}

TempDir::~TempDir() { try_to_remove(directory_->fd(), parent_, path().filename().string()); }

void make_dirs(const fs::path& path) {
  std::error_code missing;
  if (fs::is_directory(path, missing)) return;  // as nearly always
  fs::path made;
  for (const fs::path& part : path) {
    made /= part;
    if (mkdir(made.c_str(), new_directory_mode) == 0) continue;
    const int cause = errno;
    std::error_code ignored;
    if (fs::is_directory(made, ignored)) continue;
    throw system_error("cannot create directory " + quoted(path), cause == EEXIST ? ENOTDIR : cause);
  }
}

void publish(const OpenDirectory& from, const std::string& name, const OpenDirectory& to, const std::string& as) {
  const fs::path shown = to.path() / as;
  struct stat info {};
  if (fstatat(to.fd(), as.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode)) {
    if (renameat2(from.fd(), name.c_str(), to.fd(), as.c_str(), RENAME_EXCHANGE) != 0) {
      throw system_error("cannot replace " + quoted(shown));
    }
    remove_tree(from, name);
  } else if (renameat(from.fd(), name.c_str(), to.fd(), as.c_str()) != 0) {
    throw system_error("cannot write " + quoted(shown));
  }
  to.sync();
}

fs::path parent_dir(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

}  // namespace rootlet
