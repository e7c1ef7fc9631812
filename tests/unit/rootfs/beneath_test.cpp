#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "needs_root.hpp"
#include "rootfs/install.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

/// A root directory beside a place that nothing may reach.
class TestRoot {
 public:
  TestRoot() {
    make_dirs(path());
    make_dirs(outside());
  }
  [[nodiscard]] fs::path path(const std::string& inside = "") const { return dir_.path() / "root" / inside; }
  [[nodiscard]] root::Root open() const { return root::Root(path()); }
  [[nodiscard]] fs::path outside() const { return dir_.path() / "outside"; }
  void put(const std::string& inside, const std::string& text, mode_t mode = 0644) const {
    make_dirs(parent_dir(path(inside)));
    write_file(path(inside), text, mode);
  }
  [[nodiscard]] std::string text(const std::string& inside) const { return read_file(path(inside)); }
  [[nodiscard]] struct stat info(const std::string& inside) const {
    struct stat out {};
    REQUIRE(lstat(path(inside).c_str(), &out) == 0);
    return out;
  }
  [[nodiscard]] bool has(const std::string& inside) const { return fs::exists(fs::symlink_status(path(inside))); }

 private:
  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

RecipeFile file(const std::string& path) {
  RecipeFile out;
  out.path = path;
  out.mark = {"r.yaml", 3, 5};
  return out;
}

RecipeFile content(const std::string& path, const std::string& text) {
  RecipeFile out = file(path);
  out.content = text;
  return out;
}

RecipeUser user(const std::string& name, std::uint32_t uid, std::uint32_t gid) {
  RecipeUser out;
  out.name = name;
  out.uid = uid;
  out.gid = gid;
  out.mark = {"r.yaml", 3, 5};
  return out;
}

}  // namespace

TEST_CASE("files, links and directories are made with their modes and owners") {
  if (!test::is_root()) return;
  const TestRoot root;
  root.put("etc/old", "old");
  fs::create_symlink("old", root.path("etc/link"));
  RecipeFile text = content("/etc/deep/er/motd", "hi\n");
  text.mode = 04751;
  text.uid = 1001;
  text.gid = 1002;
  RecipeFile link = file("/etc/old");
  link.target = "/nowhere";
  link.uid = 5;
  RecipeFile directory = file("/srv/data");
  directory.directory = true;
  directory.mode = 01777;
  RecipeFile source = file("/etc/link");
  source.source = root.outside() / "source";
  write_file(root.outside() / "source", "from outside");
  rootfs::add_files(root.open(), {text, link, directory, source});

  CHECK(root.text("etc/deep/er/motd") == "hi\n");
  CHECK((root.info("etc/deep/er/motd").st_mode & 07777U) == 04751U);
  CHECK(root.info("etc/deep/er/motd").st_uid == 1001);
  CHECK(root.info("etc/deep/er/motd").st_gid == 1002);
  CHECK((root.info("etc/deep").st_mode & 07777U) == 0755U);
  CHECK(root.info("etc/deep").st_uid == 0);
  CHECK(fs::read_symlink(root.path("etc/old")) == "/nowhere");
  CHECK(root.info("etc/old").st_uid == 5);
  CHECK((root.info("srv/data").st_mode & 07777U) == 01777U);
  CHECK(root.text("etc/link") == "from outside");
  CHECK(S_ISREG(root.info("etc/link").st_mode));
  rootfs::add_files(root.open(), {directory});
}

TEST_CASE("the umask does not change what a recipe says") {
  if (!test::is_root()) return;
  const TestRoot root;
  const mode_t before = umask(0077);
  rootfs::add_files(root.open(), {content("/a/b", "x")});
  umask(before);
  CHECK((root.info("a").st_mode & 07777U) == 0755U);
  CHECK((root.info("a/b").st_mode & 07777U) == 0644U);
}

TEST_CASE("symbolic links never lead out of the root") {
  if (!test::is_root()) return;
  const TestRoot root;
  fs::create_symlink(root.outside(), root.path("abs"));
  fs::create_symlink("../../outside", root.path("rel"));
  fs::create_symlink("/usr/etc", root.path("etc"));
  write_file(root.outside() / "passwd", "root:x:0:0::/root:/bin/sh\n");

  CHECK_THROWS_WITH(rootfs::add_files(root.open(), {content("/abs/motd", "x")}),
                    "r.yaml:3:5: cannot create the directory '/abs' in the root: File exists");
  CHECK_THROWS_WITH(rootfs::add_files(root.open(), {content("/rel/motd", "x")}),
                    "r.yaml:3:5: cannot create the directory '/rel' in the root: File exists");
  // Where the target exists inside the root, it is that one.
  make_dirs(root.path("outside"));
  rootfs::add_files(root.open(), {content("/rel/motd", "x")});
  CHECK(root.text("outside/motd") == "x");
  make_dirs(root.path("usr/etc"));
  rootfs::add_users(root.open(), {user("app", 1, 1)});
  CHECK(root.text("usr/etc/passwd") == "app:x:1:1::/:/sbin/nologin\n");
  // The last component is replaced, not followed.
  fs::create_symlink(root.outside() / "passwd", root.path("file"));
  rootfs::add_files(root.open(), {content("/file", "mine")});
  CHECK(root.text("file") == "mine");

  CHECK(read_file(root.outside() / "passwd") == "root:x:0:0::/root:/bin/sh\n");
  CHECK(std::distance(fs::directory_iterator(root.outside()), {}) == 1);
}

TEST_CASE("a directory is not replaced by a file, nor a file by a directory") {
  if (!test::is_root()) return;
  const TestRoot root;
  root.put("etc/file", "x");
  RecipeFile directory = file("/etc/file");
  directory.directory = true;
  CHECK_THROWS_WITH(rootfs::add_files(root.open(), {content("/etc", "x")}),
                    "r.yaml:3:5: cannot write '/etc' in the root: a directory stands there");
  CHECK_THROWS_WITH(rootfs::add_files(root.open(), {directory}),
                    "r.yaml:3:5: cannot create the directory '/etc/file' in the root: something else stands there");
  CHECK_THROWS_WITH(rootfs::add_files(root.open(), {content("/etc/file/x", "x")}),
                    "r.yaml:3:5: cannot open '/etc/file' in the root: Not a directory");
  CHECK(std::distance(fs::directory_iterator(root.path("etc")), {}) == 1);
}

TEST_CASE("users and groups are added to a root without any") {
  if (!test::is_root()) return;
  const TestRoot root;
  RecipeUser other = user("other", 1002, 1001);
  other.home = "/home/other";
  other.shell = "/bin/sh";
  rootfs::add_users(root.open(), {user("app", 1001, 1001), other});
  CHECK(root.text("etc/passwd") == "app:x:1001:1001::/:/sbin/nologin\nother:x:1002:1001::/home/other:/bin/sh\n");
  CHECK(root.text("etc/group") == "app:x:1001:\n");
  CHECK_FALSE(root.has("etc/shadow"));
  CHECK_FALSE(root.has("etc/gshadow"));
}

TEST_CASE("users join the files that are there, whose owner and mode stay") {
  if (!test::is_root()) return;
  const TestRoot root;
  root.put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nstrange line\nold:x:7:7::/:/bin/sh");
  root.put("etc/group", "root:x:0:\nold:x:7:\n", 0600);
  root.put("etc/shadow", "root:*:19000:0:99999:7:::\n", 0000);
  root.put("etc/gshadow", "root:*::\n", 0000);
  REQUIRE(chown(root.path("etc/shadow").c_str(), 0, 42) == 0);
  rootfs::add_users(root.open(), {user("old", 7, 7), user("app", 1001, 1001), user("admin", 1002, 0)});
  CHECK(root.text("etc/passwd") ==
        "root:x:0:0:root:/root:/bin/bash\nstrange line\nold:x:7:7::/:/bin/sh\n"
        "app:x:1001:1001::/:/sbin/nologin\nadmin:x:1002:0::/:/sbin/nologin\n");
  CHECK(root.text("etc/group") == "root:x:0:\nold:x:7:\napp:x:1001:\n");
  CHECK(root.text("etc/shadow") == "root:*:19000:0:99999:7:::\napp:!:::::::\nadmin:!:::::::\n");
  CHECK(root.text("etc/gshadow") == "root:*::\napp:!::\n");
  CHECK((root.info("etc/shadow").st_mode & 07777U) == 0U);
  CHECK(root.info("etc/shadow").st_gid == 42);
  CHECK((root.info("etc/group").st_mode & 07777U) == 0600U);

  const std::string passwd = root.text("etc/passwd");
  rootfs::add_users(root.open(), {user("app", 1001, 1001), user("admin", 1002, 0)});
  CHECK(root.text("etc/passwd") == passwd);
}

TEST_CASE("users that conflict with those of the root are refused, and nothing is written") {
  const TestRoot root;
  const std::string passwd = "nginx:x:990:990::/:/sbin/nologin\n";
  root.put("etc/passwd", passwd);
  root.put("etc/group", "nginx:x:990:\nusers:x:100:\nmail:x:12:\n");
  const auto add = [&](const RecipeUser& each) { rootfs::add_users(root.open(), {user("ok", 1, 1), each}); };
  CHECK_THROWS_WITH(add(user("nginx", 1001, 990)),
                    "r.yaml:3:5: cannot add user 'nginx': the root's user 'nginx' has uid 990 and gid 990, not uid "
                    "1001 and gid 990");
  CHECK_THROWS_WITH(add(user("web", 990, 12)),
                    "r.yaml:3:5: cannot add user 'web': the root's user 'nginx' has uid 990");
  CHECK_THROWS_WITH(add(user("app", 100, 100)),
                    "r.yaml:3:5: cannot add user 'app': the root's group 'users' has gid 100");
  CHECK_THROWS_WITH(add(user("mail", 8, 8)),
                    "r.yaml:3:5: cannot add user 'mail': the root's group 'mail' has gid 12, not 8");
  CHECK(root.text("etc/passwd") == passwd);
}

TEST_CASE("cleaning removes what package managers leave and nothing else") {
  const TestRoot root;
  const std::vector<std::string> gone{"var/cache/dnf/base-123/repodata/repomd.xml",
                                      "var/cache/yum/x",
                                      "var/cache/libdnf5/x",
                                      "var/lib/dnf/history.sqlite",
                                      "var/lib/yum/uuid",
                                      "var/cache/ldconfig/aux-cache",
                                      "var/log/dnf.log",
                                      "var/log/dnf.rpm.log-20240101",
                                      "var/log/hawkey.log.1",
                                      "var/lib/rpm/.rpm.lock",
                                      "var/lib/rpm/.dbenv.lock",
                                      "var/lib/rpm/__db.001",
                                      "var/lib/rpm/rpmdb.sqlite-shm"};
  const std::vector<std::string> kept{"var/cache/fontconfig/x", "var/log/wtmp",         "var/log/dnf.logic",
                                      "var/log/nginx/dnf.log",  "var/lib/rpm/Packages", "var/lib/rpm/rpmdb.sqlite"};
  for (const std::string& each : gone) root.put(each, "x");
  for (const std::string& each : kept) root.put(each, "x");
  root.put("var/lib/rpm/rpmdb.sqlite-wal", "");
  rootfs::clean(root.open(), "/var/lib/rpm", true, false);
  for (const std::string& each : gone) CHECK_FALSE(root.has(each));
  for (const std::string& each : kept) CHECK(root.has(each));
  CHECK_FALSE(root.has("var/lib/rpm/rpmdb.sqlite-wal"));
  CHECK(root.has("var/cache/dnf"));
  CHECK_FALSE(root.has("var/cache/dnf/base-123"));

  rootfs::clean(root.open(), "/var/lib/rpm", false, false);
  CHECK(fs::is_empty(root.path("var/lib/rpm")));
  rootfs::clean(root.open(), "", false, false);
}

TEST_CASE("a database with changes in its log is not cleaned") {
  const TestRoot root;
  root.put("var/lib/rpm/rpmdb.sqlite-wal", "changes");
  CHECK_THROWS_WITH(rootfs::clean(root.open(), "/var/lib/rpm", true, false),
                    "cannot clean the rpm database in the root: '/var/lib/rpm/rpmdb.sqlite-wal' holds changes that the "
                    "database lacks");
  CHECK(root.has("var/lib/rpm/rpmdb.sqlite-wal"));
}

TEST_CASE("cleaning follows no link to somewhere else") {
  const TestRoot root;
  write_file(root.outside() / "keep", "x");
  write_file(root.outside() / "dnf.log", "x");
  root.put("usr/keep", "x");
  make_dirs(root.path("var/cache/yum"));
  make_dirs(root.path("var/lib"));
  fs::create_symlink(root.outside(), root.path("var/log"));
  fs::create_symlink("../../usr", root.path("var/cache/dnf"));
  fs::create_symlink(root.outside(), root.path("var/cache/yum/link"));
  fs::create_symlink(root.outside(), root.path("var/lib/rpm"));
  rootfs::clean(root.open(), "/var/lib/rpm", false, false);
  CHECK(root.has("usr/keep"));
  CHECK_FALSE(root.has("var/cache/yum/link"));
  CHECK(std::distance(fs::directory_iterator(root.outside()), {}) == 2);
}
