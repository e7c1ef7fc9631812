#include "rootlet/base/fs.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "rootlet/base/error.hpp"

using namespace rootlet;

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
  publish(dir.path() / "new", dir.path() / "old");
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
