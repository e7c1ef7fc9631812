#include "root/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/entries.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::root {
namespace {

constexpr const char* temporary_name = ".rootlet-new";

std::string parent_of(const std::string& path) { return path.substr(0, path.find_last_of('/')); }
std::string name_of(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

/// Ownership first: chown(2) takes set-id bits away.
void set_access(int fd, const Access& access, const std::string& path) {
  if (fchown(fd, access.uid, access.gid) != 0 || fchmod(fd, access.mode) != 0) {
    throw system_error("cannot set the owner and mode of " + in_root(path));
  }
}

Fd make_directory(int parent, const std::string& name, const Access& access, const std::string& path) {
  if (mkdirat(parent, name.c_str(), 0700) != 0) throw system_error("cannot create the directory " + in_root(path));
  Fd made(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!made) throw system_error("cannot open the directory " + in_root(path));
  set_access(made.get(), access, path);
  return made;
}

struct Entry {
  std::string name;
  bool is_directory;
};

std::vector<Entry> entries_of(int directory, const std::string& path) {
  std::vector<Entry> entries;
  for (std::string& name : names_in(directory, in_root(path))) {
    struct stat info {};
    if (fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      throw system_error("cannot examine " + in_root(path + "/" + name));
    }
    entries.push_back({std::move(name), S_ISDIR(info.st_mode)});
  }
  return entries;
}

/// Reads on up to a number of bytes.
std::string read_up_to(int fd, std::size_t most, const std::string& path) {
  std::string text;
  char buffer[65536];
  while (text.size() < most) {
    const ssize_t got = ::read(fd, buffer, std::min(sizeof buffer, most - text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error("cannot read " + in_root(path));
    if (got == 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

std::string in_root(const std::string& path) { return "'" + printable(path.empty() ? "/" : path) + "' in the root"; }

Root::Root(const fs::path& path) : root_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_) throw system_error("cannot open the root '" + path.string() + "'");
}

Fd Root::try_open(const std::string& path, int flags, std::uint64_t extra) const {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | extra;
  for (int attempt = 0;; ++attempt) {
    Fd fd(static_cast<int>(syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof how)));
    if (!fd && errno == ENOSYS) throw Error("this system has no openat2(2)", "use Linux 5.6 or later");
    // EAGAIN: something was renamed meanwhile.
    if (fd || (errno != EAGAIN && errno != EINTR) || attempt >= 100) return fd;
  }
}

Fd Root::open(const std::string& path, int flags) const {
  Fd fd = try_open(path, flags, 0);
  if (fd || errno == ENOENT) return fd;
  throw system_error("cannot open " + in_root(path));
}

Fd Root::find(const std::string& path, int flags) const {
  Fd fd = try_open(path, flags, 0);
  const bool nowhere = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG;
  if (fd || nowhere) return fd;
  throw system_error("cannot open " + in_root(path));
}

bool Root::has_file(const std::string& path) const {
  const Fd there = find(path, O_PATH);
  struct stat info {};
  return there && fstat(there.get(), &info) == 0 && S_ISREG(info.st_mode);
}

Fd Root::find_file(const std::string& path) const {
  if (!has_file(path)) return {};  // a socket cannot be opened, and a pipe may wait
  Fd fd = try_open(path, O_RDONLY | O_NONBLOCK | O_NOATIME, 0);
  return fd ? std::move(fd) : find(path, O_RDONLY | O_NONBLOCK);
}

std::optional<struct stat> Root::examine(const std::string& path) const {
  const Fd fd = find(path, O_PATH | O_NOFOLLOW);
  if (!fd) return std::nullopt;
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) throw system_error("cannot examine " + in_root(path));
  return info;
}

std::string Root::link_target(const std::string& path) const {
  const Fd fd = find(path, O_PATH | O_NOFOLLOW);
  if (!fd) throw system_error("cannot read the link " + in_root(path));
  return rootlet::link_target(fd.get(), "", "the link " + in_root(path));
}

std::vector<std::string> Root::names(const std::string& path) const {
  const Fd directory = find(path, O_RDONLY | O_DIRECTORY);
  return directory ? names_in(directory.get(), in_root(path)) : std::vector<std::string>();
}

std::string Root::head(const std::string& path, std::size_t most) const {
  const Fd fd = find_file(path);
  return fd ? read_up_to(fd.get(), most, path) : std::string();
}

bool Root::remove(const std::string& path) const {
  const Fd parent = find(parent_of(path) + "/", O_PATH | O_DIRECTORY);
  const std::string name = name_of(path);
  if (parent && (unlinkat(parent.get(), name.c_str(), 0) == 0 ||
                 (errno == EISDIR && unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) == 0))) {
    return true;
  }
  if (errno == ENOTEMPTY || errno == EEXIST) return false;
  throw system_error("cannot remove " + in_root(path));
}

std::optional<Root::File> Root::read(const std::string& path) const {
  const Fd fd = open(path, O_RDONLY | O_NONBLOCK);
  if (!fd) return std::nullopt;
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) throw system_error("cannot examine " + in_root(path));
  if (!S_ISREG(info.st_mode)) throw Error("cannot read " + in_root(path) + ": it is not a regular file");
  std::string content = read_up_to(fd.get(), largest_read + 1, path);
  if (content.size() > largest_read) {
    throw Error("cannot read " + in_root(path) + ": it has more than " + human_size(largest_read));
  }
  return File{std::move(content), {info.st_mode & 07777U, info.st_uid, info.st_gid}};
}

Fd Root::make_parents(const std::string& path) const {
  const std::string parent = parent_of(path);
  Fd directory = open("/", O_RDONLY | O_DIRECTORY);
  for (std::size_t end = 0; end < parent.size();) {
    end = std::min(parent.find('/', end + 1), parent.size());
    const std::string part = parent.substr(0, end);
    Fd next = open(part, O_RDONLY | O_DIRECTORY);
    if (!next) next = make_directory(directory.get(), name_of(part), {0755, 0, 0}, part);
    directory = std::move(next);
  }
  return directory;
}

void Root::replace(const std::string& path, const std::function<void(int, const char*)>& make) const {
  const Fd parent = make_parents(path);
  const std::string name = name_of(path);
  struct stat info {};
  if (fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode)) {
    throw Error("cannot write " + in_root(path) + ": a directory stands there");
  }
  if (unlinkat(parent.get(), temporary_name, 0) != 0 && errno != ENOENT) {
    throw system_error("cannot write " + in_root(path));
  }
  try {
    make(parent.get(), temporary_name);
    if (renameat(parent.get(), temporary_name, parent.get(), name.c_str()) != 0) {
      throw system_error("cannot write " + in_root(path));
    }
  } catch (...) {
    unlinkat(parent.get(), temporary_name, 0);
    throw;
  }
}

void Root::write(const std::string& path, std::string_view content, const Access& access) const {
  write(
      path, [&](int fd) { write_all(fd, content, path); }, access);
}

void Root::write(const std::string& path, const std::function<void(int fd)>& fill, const Access& access) const {
  replace(path, [&](int parent, const char* name) {
    const Fd fd(openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) throw system_error("cannot write " + in_root(path));
    fill(fd.get());
    set_access(fd.get(), access, path);
  });
}

void Root::hard_link(const std::string& path, const std::string& existing) const {
  const Fd directory = open(parent_of(existing) + "/", O_PATH | O_DIRECTORY);
  if (!directory) throw system_error("cannot make a hard link to " + in_root(existing));
  replace(path, [&](int parent, const char* name) {
    if (linkat(directory.get(), name_of(existing).c_str(), parent, name, 0) != 0) {
      throw system_error("cannot make the hard link " + in_root(path));
    }
  });
}

void Root::symlink(const std::string& path, const std::string& target, const Access& owner) const {
  replace(path, [&](int parent, const char* name) {
    if (symlinkat(target.c_str(), parent, name) != 0 ||
        fchownat(parent, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0) {
      throw system_error("cannot make the symbolic link " + in_root(path));
    }
  });
}

void Root::directory(const std::string& path, const Access& access) const {
  const Fd parent = make_parents(path);
  const std::string name = name_of(path);
  const Fd present(openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (present) {
    set_access(present.get(), access, path);
  } else if (errno == ENOTDIR || errno == ELOOP) {
    throw Error("cannot create the directory " + in_root(path) + ": something else stands there");
  } else {
    make_directory(parent.get(), name, access, path);
  }
}

void Root::remove_entries(const std::string& path, const std::function<bool(const std::string&, bool)>& chosen,
                          bool follow_links) const {
  Fd directory = try_open(path, O_RDONLY | O_DIRECTORY, follow_links ? 0 : RESOLVE_NO_SYMLINKS);
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return;
    throw system_error("cannot open the directory " + in_root(path));
  }
  const OpenDirectory place(std::move(directory), path);
  for (const Entry& entry : entries_of(place.fd(), path)) {
    if (!chosen(entry.name, entry.is_directory)) continue;
    try {
      remove_tree(place, entry.name);
    } catch (const Error& error) {
      throw Error("the root: " + printable(error.what()));
    }
  }
}

}  // namespace rootlet::root
