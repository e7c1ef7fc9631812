#include "base/fs.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

unsigned mode_at(const fs::path& path) {
  struct stat info {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

/// The modes of a new file, a new lock and new directories under a umask.
std::vector<unsigned> new_modes(mode_t mask) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const mode_t before = umask(mask);
  write_file(dir.path() / "file", "x");
  { const FileLock lock(dir.path() / "lock"); }
  make_dirs(dir.path() / "a/b");
  umask(before);
  return {mode_at(dir.path() / "file"), mode_at(dir.path() / "lock"), mode_at(dir.path() / "a"),
          mode_at(dir.path() / "a/b")};
}

}  // namespace

TEST_CASE("an atomic file appears only when it is committed") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "result";
  {
    AtomicFile file(path);
    file.write("half");
    CHECK_FALSE(fs::exists(path));
  }
  CHECK(fs::is_empty(dir.path()));
  write_file(path, "whole");
  CHECK(read_file(path) == "whole");
}

TEST_CASE("publishing a directory replaces the old one in one step") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(dir.path() / "old");
  write_file(dir.path() / "old" / "a", "1");
  make_dirs(dir.path() / "new");
  write_file(dir.path() / "new" / "b", "2");
  publish(dir.directory(), "new", dir.directory(), "old");
  CHECK(read_file(dir.path() / "old" / "b") == "2");
  CHECK_FALSE(fs::exists(dir.path() / "old" / "a"));
  CHECK_FALSE(fs::exists(dir.path() / "new"));
}

TEST_CASE("a killed process's temporary directory goes when the next one is made") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const TempDir killed(outer.path(), "work-");
    kill(getpid(), SIGKILL);
  }
  REQUIRE(waitpid(child, nullptr, 0) == child);
  REQUIRE(std::distance(fs::directory_iterator(outer.path()), {}) == 1);
  const TempDir next(outer.path(), "work-");
  CHECK(std::distance(fs::directory_iterator(outer.path()), {}) == 1);
  const TempDir beside(outer.path(), "work-");
  CHECK(std::distance(fs::directory_iterator(outer.path()), {}) == 2);
}

TEST_CASE(
    "a temporary directory whose name another one takes stays the one that is used, and the one that is removed") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  const fs::path moved = outer.path() / "moved";
  fs::path taken;
  {
    const TempDir dir(outer.path(), "work-");
    taken = dir.path();
    fs::rename(taken, moved);
    make_dirs(taken);
    write_file(taken / "theirs", "x");
    static_cast<void>(dir.directory().make("ours"));
    CHECK(fs::is_directory(moved / "ours"));
    make_dirs(moved / "image");
    publish(dir.directory(), "image", dir.parent(), "published");
    CHECK(fs::is_directory(outer.path() / "published"));
    const TempDir next(outer.path(), "work-");  // looks for abandoned ones
  }
  CHECK(fs::is_empty(moved));
  CHECK(fs::exists(taken / "theirs"));
  CHECK(std::distance(fs::directory_iterator(taken), {}) == 1);
}

TEST_CASE("a temporary directory stays where it was made, wherever the path of that leads") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(outer.path() / "parent");
  {
    const TempDir dir(outer.path() / "parent", "work-");
    fs::rename(outer.path() / "parent", outer.path() / "moved");
    make_dirs(outer.path() / "parent" / dir.path().filename());
    make_dirs(outer.path() / "moved" / dir.path().filename() / "image");
    publish(dir.directory(), "image", dir.parent(), "published");
  }
  CHECK(std::distance(fs::directory_iterator(outer.path() / "moved"), {}) == 1);
  CHECK(fs::is_directory(outer.path() / "moved/published"));
  CHECK(std::distance(fs::directory_iterator(outer.path() / "parent"), {}) == 1);
}

TEST_CASE("errors name the path and the cause") {
  CHECK_THROWS_WITH(read_file("/nonexistent/file"), "cannot read '/nonexistent/file': No such file or directory");
}

TEST_CASE("a process that is killed while it writes a file leaves nothing behind") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const pid_t child = fork();
  if (child == 0) {
    AtomicFile file(dir.path() / "file");
    file.write("half");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK(fs::is_empty(dir.path()));
}

TEST_CASE("what is new goes by the umask, but is never for everybody to write") {
  CHECK(new_modes(0) == std::vector<unsigned>{0664, 0644, 0775, 0775});
  CHECK(new_modes(002) == std::vector<unsigned>{0664, 0644, 0775, 0775});
  CHECK(new_modes(022) == std::vector<unsigned>{0644, 0644, 0755, 0755});
  CHECK(new_modes(077) == std::vector<unsigned>{0600, 0600, 0700, 0700});
}

TEST_CASE("a file that replaces another one is as accessible as that one") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "file";
  for (const unsigned mode : {0600U, 0640U, 0664U, 0444U, 0755U}) {
    write_file(path, "old");
    REQUIRE(chmod(path.c_str(), mode) == 0);
    if (geteuid() == 0) REQUIRE(chown(path.c_str(), 1234, 4321) == 0);
    write_file(path, "new");
    CHECK(read_file(path) == "new");
    CHECK(mode_at(path) == mode);
    struct stat info {};
    REQUIRE(lstat(path.c_str(), &info) == 0);
    if (geteuid() == 0) CHECK(std::pair(info.st_uid, info.st_gid) == std::pair(1234U, 4321U));
    fs::remove(path);
  }
  write_file(path, "old");
  write_file(path, "new", 0604);
  CHECK(mode_at(path) == 0604);
}

TEST_CASE("what replaces a file of a group that one is not in is not for one's own group") {
  if (geteuid() != 0) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "file";
  REQUIRE(chmod(dir.path().c_str(), 0777) == 0);
  write_file(path, "old");
  REQUIRE(chown(path.c_str(), 1234, 4321) == 0);
  REQUIRE(chmod(path.c_str(), 0664) == 0);
  const pid_t child = fork();
  if (child == 0) {
    if (setresgid(99, 99, 99) != 0 || setresuid(99, 99, 99) != 0) _exit(1);
    write_file(path, "new");
    _exit(0);
  }
  int status = 1;
  waitpid(child, &status, 0);
  REQUIRE(status == 0);
  CHECK(mode_at(path) == 0644);
}

TEST_CASE("a directory cannot be made below a file") {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path path = dir.path() / "file";
  write_file(path, "x");
  CHECK_THROWS_WITH(make_dirs(path), "cannot create directory '" + path.string() + "': Not a directory");
  CHECK_THROWS_WITH(make_dirs(path / "a/b"),
                    "cannot create directory '" + (path / "a/b").string() + "': Not a directory");
  make_dirs(dir.path() / "a/b/");
  make_dirs(dir.path() / "a");
  CHECK(fs::is_directory(dir.path() / "a/b"));
}
