#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"

using namespace rootlet;

namespace {

/// A chain of directories with a file in each, made from within, since no path is long enough.
void dig(const fs::path& top, int levels) {
  Fd dir(open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < levels; ++i) {
    REQUIRE(Fd(openat(dir.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
    REQUIRE(mkdirat(dir.get(), "d", 0700) == 0);
    dir = Fd(openat(dir.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(dir);
  }
}

}  // namespace

TEST_CASE("a tree is removed however deep it is, with few descriptors") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  const fs::path deep = outer.path() / "deep";
  make_dirs(deep / ".rootlet-0/x");  // names that are in the way
  write_file(deep / ".rootlet-1", "x");
  dig(deep, 2000);
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{64, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
  CHECK_NOTHROW(remove_tree(deep));
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_FALSE(fs::exists(deep));
}

TEST_CASE("removing a tree follows no link") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  write_file(outer.path() / "kept", "x");
  make_dirs(outer.path() / "tree/inner");
  fs::create_symlink("../..", outer.path() / "tree/inner/up");
  fs::create_symlink(outer.path() / "kept", outer.path() / "tree/file");
  fs::create_symlink("tree", outer.path() / "link");
  remove_tree(outer.path() / "link");
  CHECK(fs::exists(outer.path() / "tree/inner"));
  remove_tree(outer.path() / "tree");
  CHECK_FALSE(fs::exists(outer.path() / "tree"));
  CHECK(read_file(outer.path() / "kept") == "x");
  CHECK_NOTHROW(remove_tree(outer.path() / "tree"));
}

TEST_CASE("an abandoned directory is known by its mode, not by its name alone") {
  const TempDir outer(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(outer.path() / "work-backup/thesis");
  make_dirs(outer.path() / "work-abcdef/x");
  REQUIRE(chmod((outer.path() / "work-abcdef").c_str(), 01700) == 0);
  CHECK(remove_abandoned_dirs(outer.path(), "work-"));
  CHECK(fs::exists(outer.path() / "work-backup/thesis"));
  CHECK_FALSE(fs::exists(outer.path() / "work-abcdef"));
}
