#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>

#include "base/fs.hpp"
#include "needs_root.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

std::string facts(const fs::path& path) {
  struct stat info {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return std::to_string(info.st_mode & 07777U) + " " + std::to_string(info.st_uid) + ":" + std::to_string(info.st_gid) +
         (getxattr(path.c_str(), "system.posix_acl_default", nullptr, 0) > 0 ? " default" : "") +
         (getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0 ? " list" : "");
}

/// What a root and what is made in it are like, made in a place that `spoil` has prepared.
std::vector<std::string> root_in(const std::function<void(const fs::path&)>& spoil, mode_t mask = 022) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  spoil(dir.path());
  const fs::path work = dir.path() / "work";
  REQUIRE(mkdir(work.c_str(), 0700) == 0);
  const fs::path root = work / rootfs::place_of_root(OpenDirectory(work));
  mode_t before = umask(mask);
  rootfs::create_root(OpenDirectory(work));
  umask(022);
  CHECK(fs::is_empty(root));
  write_file(root / "file", "x");
  REQUIRE(mkdir((root / "directory").c_str(), 0777) == 0);
  umask(before);
  return {facts(root), facts(root / "file"), facts(root / "directory")};
}

void give_default_list(const fs::path& place) {
  // Owner, user 1234, group, mask and others: all may do all (linux/posix_acl_xattr.h).
  constexpr unsigned char list[] = {2, 0,    0,   0,   1,   0,   7,    0, 255, 255, 255, 255, 2,   0,    7,
                                    0, 0xd2, 4,   0,   0,   4,   0,    7, 0,   255, 255, 255, 255, 0x10, 0,
                                    7, 0,    255, 255, 255, 255, 0x20, 0, 7,   0,   255, 255, 255, 255};
  REQUIRE(setxattr(place.c_str(), "system.posix_acl_default", list, sizeof list, 0) == 0);
}

const std::vector<std::string> plain{std::to_string(0755) + " 0:0", std::to_string(0644) + " 0:0",
                                     std::to_string(0755) + " 0:0"};

}  // namespace

TEST_CASE("a root has its own mode under any umask") {
  if (!test::is_root()) return;
  for (const mode_t mask : {0U, 022U, 027U, 077U, 0777U}) CHECK(root_in([](const fs::path&) {}, mask) == plain);
}

TEST_CASE("a root takes no access-control list from where it is made") {
  if (!test::is_root()) return;
  CHECK(root_in(give_default_list) == plain);
}

TEST_CASE("a root takes no group from where it is made") {
  if (!test::is_root()) return;
  CHECK(root_in([](const fs::path& place) {
          REQUIRE(chown(place.c_str(), 1234, 4321) == 0);
          REQUIRE(chmod(place.c_str(), 02777) == 0);
        }) == plain);
}

TEST_CASE("a root takes no folding of case from where it is made") {
  if (!test::is_root()) return;
  bool possible = true;
  const auto made = root_in([&](const fs::path& place) {
    const Fd dir(open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    int flags = 0;
    possible = ioctl(dir.get(), FS_IOC_GETFLAGS, &flags) == 0;
    flags |= FS_CASEFOLD_FL;
    possible = possible && ioctl(dir.get(), FS_IOC_SETFLAGS, &flags) == 0;
  });
  if (!possible) WARN("the file system of temporary files cannot fold case");
  CHECK(made == plain);
}

TEST_CASE("a place that decides on owners by itself is refused by name") {
  if (!test::is_root()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  REQUIRE(chmod(dir.path().c_str(), 0777) == 0);
  const pid_t child = fork();
  if (child == 0) {
    // In a user namespace without a map, nothing can belong to root.
    if (setresuid(99, 99, 99) != 0 || mkdir((dir.path() / "work").c_str(), 0700) != 0) _exit(2);
    if (unshare(CLONE_NEWUSER) != 0) _exit(77);
    try {
      rootfs::create_root(OpenDirectory(dir.path() / "work"));
    } catch (const Error& error) {
      const std::string start = "cannot make a root in '" + dir.path().string() + "': ";
      _exit(std::string(error.what()).starts_with(start) && error.hint().find("another place") != std::string::npos
                ? 0
                : 3);
    }
    _exit(1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  if (WEXITSTATUS(status) == 77) {
    WARN("no user namespaces here");
  } else {
    CHECK(status == 0);
  }
}
