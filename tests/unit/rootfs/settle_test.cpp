#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootfs/install.hpp"

using namespace rootlet;

TEST_CASE("what scriptlets made by the clock or by chance is the same in every build") {
  const TempDir root(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(root.path() / "etc");
  make_dirs(root.path() / "var/lib/systemd");
  write_file(root.path() / "etc/shadow", "root:*:18000:0:99999:7:::\napache:!!:20778::::::\nodd\nempty:!::\n", 0600);
  write_file(root.path() / "etc/machine-id", "0123456789abcdef0123456789abcdef\n", 0444);
  write_file(root.path() / "var/lib/systemd/random-seed", "chance");
  write_file(root.path() / "var/lib/systemd/other", "kept");
  rootfs::settle(root::Root(root.path()), 19000 * 86400 + 5, 20000 * 86400);
  CHECK(read_file(root.path() / "etc/shadow") == "root:*:18000:0:99999:7:::\napache:!!:19000::::::\nodd\nempty:!::\n");
  struct stat info {};
  REQUIRE(stat((root.path() / "etc/shadow").c_str(), &info) == 0);
  CHECK((info.st_mode & 07777U) == 0600);
  CHECK(read_file(root.path() / "etc/machine-id").empty());
  CHECK_FALSE(fs::exists(root.path() / "var/lib/systemd/random-seed"));
  CHECK(fs::exists(root.path() / "var/lib/systemd/other"));
}

TEST_CASE("a clock that is behind leaves no date") {
  const TempDir root(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(root.path() / "etc");
  write_file(root.path() / "etc/shadow", "root:*:18000:0:99999:7:::\napache:!!:18999::::::\n", 0600);
  rootfs::settle(root::Root(root.path()), 19000 * 86400 + 5, 18998 * 86400 + 9);
  CHECK(read_file(root.path() / "etc/shadow") == "root:*:18000:0:99999:7:::\napache:!!:19000::::::\n");
}

TEST_CASE("what is large beyond reason is not read") {
  const TempDir root(fs::temp_directory_path(), "rootlet-test-");
  make_dirs(root.path() / "etc");
  write_file(root.path() / "etc/machine-id", "");
  fs::resize_file(root.path() / "etc/machine-id", 3'000'000'000);
  CHECK_THROWS_WITH(rootfs::settle(root::Root(root.path()), 0, 0),
                    "cannot read '/etc/machine-id' in the root: it has more than 16.0 MB");
}
