#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/fs.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

namespace rootlet::rootfs {
namespace {

/// The umask of the process while it lives. No other thread makes files meanwhile.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  ~Umask() { umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

void remove_lists(int dir) {
  for (const char* name : {"system.posix_acl_default", "system.posix_acl_access"}) {
    if (fremovexattr(dir, name) == 0 || errno == ENODATA || errno == ENOTSUP) continue;
    throw system_error(std::string("cannot remove ") + name);
  }
}

/// Names that differ only in case are two names. ext4 and f2fs let a directory decide, which hands it down.
void distinguish_case(int dir) {
  int flags = 0;
  if (ioctl(dir, FS_IOC_GETFLAGS, &flags) != 0 || (flags & FS_CASEFOLD_FL) == 0) return;
  flags &= ~FS_CASEFOLD_FL;
  if (ioctl(dir, FS_IOC_SETFLAGS, &flags) != 0) throw system_error("cannot make it distinguish case in names");
}

/// Lets ext4 look for the least used part of the disk for each directory that is made in `dir`, beginning at a place
/// that depends on its name. Else it makes a root where the one before was removed, and looks, for each new file, at
/// each inode freed there in the last minutes: more work than installing packages is. Other file systems do not know
/// the flag.
void spread_inodes(int dir) {
  int flags = 0;
  if (ioctl(dir, FS_IOC_GETFLAGS, &flags) != 0) return;
  flags |= FS_TOPDIR_FL;
  ioctl(dir, FS_IOC_SETFLAGS, &flags);
}

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

void require_plain(int made, const char* what, mode_t mode) {
  struct stat info {};
  if (fstat(made, &info) != 0) throw system_error("cannot examine what is made there");
  if ((info.st_mode & 07777U) != mode) {
    throw Error(std::string("a new ") + what + " there has the mode " + octal(info.st_mode) + ", not " + octal(mode));
  }
  if (info.st_uid != 0 || info.st_gid != 0) {
    throw Error(std::string("a new ") + what + " there belongs to " + std::to_string(info.st_uid) + ":" +
                std::to_string(info.st_gid) + ", not to root");
  }
}

/// Makes a file and a directory, and looks at them: whatever else has a say in them (lists of NFS, mount options, a
/// file system without owners or modes) would have one in the image, too.
void require_nothing_handed_down(int dir) {
  const Umask own(022);
  constexpr const char* name = "rootlet-probe";
  const Fd file(openat(dir, name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file) throw system_error("cannot make a file there");
  require_plain(file.get(), "file", 0644);
  if (faccessat(dir, "ROOTLET-PROBE", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
    throw Error("names that differ only in case are the same there");
  }
  if (fchmod(file.get(), 0640) != 0) throw system_error("cannot set the mode of a file there");
  require_plain(file.get(), "file", 0640);
  if (unlinkat(dir, name, 0) != 0 || mkdirat(dir, name, 0777) != 0) throw system_error("cannot make a directory there");
  const Fd directory(openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  require_plain(directory.get(), "directory", 0755);
  if (unlinkat(dir, name, AT_REMOVEDIR) != 0) throw system_error("cannot remove a directory there");
}

/// A mount with grpid gives files the group of their directory: packages' directories have other groups than root's.
/// Where there is no other group, as in a namespace with a single id, nothing can differ.
void require_own_group(int dir) {
  constexpr const char* name = "rootlet-probe";
  constexpr gid_t other = 1;
  if (mkdirat(dir, name, 0755) != 0) throw system_error("cannot make a directory there");
  {
    const Fd directory(openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (directory && fchown(directory.get(), 0, other) == 0) {
      const Fd file(openat(directory.get(), name, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
      struct stat info {};
      if (!file || fstat(file.get(), &info) != 0) throw system_error("cannot make a file there");
      if (unlinkat(directory.get(), name, 0) != 0) throw system_error("cannot remove a file there");
      if (info.st_gid != 0) throw Error("new files get the group of their directory there: it is mounted with grpid");
    }
  }
  if (unlinkat(dir, name, AT_REMOVEDIR) != 0) throw system_error("cannot remove a directory there");
}

void require_programs_to_run(int dir) {
  struct statvfs info {};
  if (fstatvfs(dir, &info) != 0) throw system_error("cannot examine the file system there");
  if ((info.f_flag & ST_NOEXEC) != 0) throw Error("it is mounted noexec: no program of a package could run there");
}

}  // namespace

std::string place_of_root(const OpenDirectory& workplace) {
  constexpr std::size_t random = 6;  // characters at the end of a TempDir's name
  const std::string name = workplace.path().filename().string();
  return "enclosure-" + name.substr(name.size() - std::min(random, name.size())) + "/root";
}

root::Root create_root(const OpenDirectory& workplace) try {
  const fs::path place = place_of_root(workplace);
  spread_inodes(workplace.fd());
  const OpenDirectory enclosure = workplace.make(place.parent_path());
  if (mkdirat(enclosure.fd(), place.filename().c_str(), 0700) != 0) throw system_error("cannot create the root");
  Fd dir(openat(enclosure.fd(), place.filename().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!dir) throw system_error("cannot open the root");
  remove_lists(dir.get());
  distinguish_case(dir.get());
  // Ownership first; without the set-group-ID bit, what is made inside does not get the directory's group.
  if (fchown(dir.get(), 0, 0) != 0 || fchmod(dir.get(), 0755) != 0) throw system_error("cannot set its owner and mode");
  require_plain(dir.get(), "directory", 0755);
  require_nothing_handed_down(dir.get());
  require_own_group(dir.get());
  require_programs_to_run(dir.get());
  return root::Root(std::move(dir));
} catch (const Error& error) {
  throw Error("cannot make a root in '" + parent_dir(workplace.path()).string() + "': " + error.what(),
              error.hint().empty() ? "choose another place for the image: an ordinary directory of a local file system"
                                   : error.hint());
}

}  // namespace rootlet::rootfs
