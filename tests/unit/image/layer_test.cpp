#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <clocale>
#include <cstring>
#include <fstream>

#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::test;
using Catch::Contains;

namespace {

struct Root {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  fs::path path = dir.path() / "root";
  Root() { make_dirs(path); }
  [[nodiscard]] fs::path at(const std::string& name) const { return path / name; }
  void file(const std::string& name, const std::string& content = "") const {
    make_dirs(at(name).parent_path());
    std::ofstream(at(name), std::ios::binary) << content;
    REQUIRE(fs::file_size(at(name)) == content.size());
  }
};

void set_mtime(const fs::path& path, timespec time) {
  const timespec times[2] = {time, time};
  REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
}

std::string tar_bytes(const fs::path& root) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  Progress silent;
  image::write(OpenDirectory(root).fd(), {image::NewLayer{}}, {}, options_for(image::Format::tar), dir.directory(),
               "tar", silent);
  return read_file(dir.path() / "tar");
}

bool is_root() {
  if (geteuid() == 0) return true;
  WARN("skipped: needs root");
  return false;
}

}  // namespace

TEST_CASE("a layer lists a directory before what is in it, without a leading dot, and not the root") {
  const Root root;
  for (const char* name : {"b/c", "a-b", "a/b", "a/a", "Z"}) root.file(name, name);
  const auto members = tar_of(root.path);
  CHECK(paths_of(members) == std::vector<std::string>{"Z", "a/", "a/a", "a/b", "a-b", "b/", "b/c"});
  CHECK(find(members, "a/b").content == "a/b");
  CHECK(find(members, "a/").type == 'd');
}

TEST_CASE("the order in which files were made does not show") {
  const std::vector<std::string> names{"x/1", "x/2", "é", "y", "a", "x/\xff\xfe"};
  const Root first;
  const Root second;
  for (auto name = names.begin(); name != names.end(); ++name) first.file(*name, *name);
  for (auto name = names.rbegin(); name != names.rend(); ++name) second.file(*name, *name);
  set_mtime(first.at("x"), {epoch + 5, 0});
  set_mtime(second.at("x"), {epoch + 7, 9});
  const std::string bytes = tar_bytes(first.path);
  CHECK(bytes == tar_bytes(second.path));
  CHECK(bytes.size() % 512 == 0);
}

TEST_CASE("the locale does not show") {
  const Root root;
  root.file("grüße/日本", "x");
  root.file("latin1-\xe4", "x");
  const std::string bytes = tar_bytes(root.path);
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* locale : {"C", "POSIX", "C.UTF-8", "en_US.UTF-8", "de_DE.ISO-8859-1"}) {
    if (std::setlocale(LC_ALL, locale) == nullptr) continue;
    CHECK(bytes == tar_bytes(root.path));
  }
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("file names of any bytes survive") {
  const Root root;
  const std::vector<std::string> names{"new\nline",   "tab\tand space ",          "back\\slash", "=eq", "日本語",
                                       "raw\x80\xff", "\xed\xa0\x80\xed\xb0\x80", "-rf"};
  for (const std::string& name : names) root.file(name, name);
  const auto members = tar_of(root.path);
  CHECK(members.size() == names.size());
  for (const std::string& name : names) CHECK(find(members, name).content == name);
}

TEST_CASE("long paths and link targets survive") {
  const Root root;
  const std::string part(200, 'p');
  std::vector<std::string> paths{std::string(99, 'a'), std::string(100, 'b'), std::string(101, 'c'), part + "/" + part,
                                 part + "/x/" + part + "/" + std::string(255, 'q')};
  for (const std::string& path : paths) root.file(path, path);
  const std::string target(1000, 't');
  fs::create_symlink(target, root.at("link"));
  fs::create_hard_link(root.at(paths[4]), root.at("zz"));
  const auto members = tar_of(root.path);
  for (const std::string& path : paths) CHECK(find(members, path).content == path);
  CHECK(find(members, "link").target == target);
  CHECK(find(members, "zz").target == paths[4]);
}

TEST_CASE("a hard link refers to the first of its names, which carries the content") {
  const Root root;
  root.file("b/first", "shared");
  fs::create_hard_link(root.at("b/first"), root.at("c"));
  fs::create_hard_link(root.at("b/first"), root.at("b/also"));
  const auto members = tar_of(root.path);
  CHECK(find(members, "b/also").content == "shared");
  CHECK(find(members, "b/also").type == '-');
  CHECK(find(members, "b/first").type == 'h');
  CHECK(find(members, "b/first").target == "b/also");
  CHECK(find(members, "c").target == "b/also");
}

TEST_CASE("modification times end at the epoch and have whole seconds") {
  const Root root;
  for (const char* name : {"earlier", "later", "exact", "ancient"}) root.file(name);
  set_mtime(root.at("earlier"), {epoch - 10, 999'999'999});
  set_mtime(root.at("later"), {epoch + 1, 0});
  set_mtime(root.at("exact"), {epoch, 5});
  set_mtime(root.at("ancient"), {-86400, 0});
  const auto members = tar_of(root.path);
  CHECK(find(members, "earlier").mtime == epoch - 10);
  CHECK(find(members, "later").mtime == epoch);
  CHECK(find(members, "exact").mtime == epoch);
  CHECK(find(members, "ancient").mtime == -86400);
}

TEST_CASE("special permission bits and large owners are kept") {
  const Root root;
  root.file("suid");
  make_dirs(root.at("tmp"));
  if (!is_root()) return;
  REQUIRE(lchown(root.at("suid").c_str(), 2097151, 0) == 0);
  REQUIRE(lchown(root.at("tmp").c_str(), 4'000'000'000U, 2097152) == 0);
  REQUIRE(chmod(root.at("suid").c_str(), 06755) == 0);
  REQUIRE(chmod(root.at("tmp").c_str(), 01777) == 0);
  const auto members = tar_of(root.path);
  CHECK(find(members, "suid").mode == 06755);
  CHECK(find(members, "suid").uid == 2097151);
  CHECK(find(members, "tmp/").mode == 01777);
  CHECK(find(members, "tmp/").uid == 4'000'000'000);
  CHECK(find(members, "tmp/").gid == 2097152);
}

TEST_CASE("file capabilities and user attributes are kept, others are not") {
  const Root root;
  root.file("ping", "x");
  root.file("attr", "x");
  if (!is_root()) return;
  // Version 2 of struct vfs_cap_data: effective, CAP_NET_RAW permitted.
  const std::string capability("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  const auto set = [&](const char* file, const char* name, const std::string& value) {
    return setxattr(root.at(file).c_str(), name, value.data(), value.size(), 0) == 0;
  };
  if (!set("ping", "security.capability", capability)) {
    WARN("skipped: no file capabilities here");
    return;
  }
  fs::create_hard_link(root.at("ping"), root.at("ping6"));
  set("attr", "trusted.secret", "1");
  const bool user = set("attr", "user.note", std::string("a\0b\n", 4));
  set("attr", "user.a=b", "1");
  const auto members = tar_of(root.path);
  using Xattrs = std::map<std::string, std::string>;
  CHECK(find(members, "ping").xattrs == Xattrs{{"security.capability", capability}});
  CHECK(find(members, "ping6").type == 'h');
  CHECK(find(members, "ping6").xattrs == Xattrs{{"security.capability", capability}});
  if (user) CHECK(find(members, "attr").xattrs == Xattrs{{"user.note", std::string("a\0b\n", 4)}});
}

TEST_CASE("devices, sockets and what is below dev, proc and sys are left out; a fifo is kept") {
  const Root root;
  root.file("dev/null");
  root.file("proc/1/status");
  root.file("sys/x");
  root.file("var/dev/kept");
  REQUIRE(mkfifo(root.at("fifo").c_str(), 0600) == 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, root.at("socket").c_str(), sizeof address.sun_path - 1);
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(listener);
  if (mknod(root.at("device").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) WARN("no device made: needs root");
  const auto members = tar_of(root.path);
  CHECK(paths_of(members) ==
        std::vector<std::string>{"dev/", "fifo", "proc/", "sys/", "var/", "var/dev/", "var/dev/kept"});
  CHECK(find(members, "fifo").type == 'p');
}

TEST_CASE("symbolic links that lead out of the root are stored, not followed") {
  const TempDir outside(fs::temp_directory_path(), "rootlet-test-");
  write_file(outside.path() / "secret", "secret");
  const Root root;
  fs::create_symlink(outside.path(), root.at("dir"));
  fs::create_symlink(outside.path() / "secret", root.at("file"));
  fs::create_symlink("../../../../etc", root.at("up"));
  fs::create_symlink("/proc", root.at("dev"));
  fs::create_symlink("loop", root.at("loop"));
  const auto members = tar_of(root.path);
  CHECK(members.size() == 5);
  for (const Member& member : members) CHECK(member.type == 'l');
  CHECK(find(members, "up").target == "../../../../etc");
  CHECK(find(members, "dev").target == "/proc");
}

TEST_CASE("a file that a layer would take for a deletion is refused") {
  const Root root;
  root.file("etc/.wh.passwd");
  try {
    tar_bytes(root.path);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Contains("'/etc/.wh.passwd' cannot be in an image"));
    CHECK_FALSE(error.hint().empty());
  }
}

TEST_CASE("a file of more than 8 GiB is announced with its size") {
  const Root root;
  root.file("small", "x");
  const off_t size = (off_t{8} << 30) + 1;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  root.file("big");
  REQUIRE(truncate(root.at("big").c_str(), size) == 0);
  if (std::getenv("ROOTLET_TEST_BIG") == nullptr) {
    WARN("skipped: takes a minute; set ROOTLET_TEST_BIG to run it");
    return;
  }
  Progress silent;
  const auto result =
      image::write(OpenDirectory(root.path).fd(), {image::NewLayer{}}, {},
                   options_for(image::Format::tar, image::Compression::gzip), dir.directory(), "tar.gz", silent);
  CHECK(result.uncompressed_size() > static_cast<std::uint64_t>(size));
  CHECK(run("tar -tvzf " + (dir.path() / "tar.gz").string()).output.find("8589934593") != std::string::npos);
  CHECK(paths_of(read_tar(dir.path() / "tar.gz")) == std::vector<std::string>{"big", "small"});
}

TEST_CASE("an empty root makes an empty tar") {
  const Root root;
  CHECK(tar_bytes(root.path) == std::string(1024, '\0'));
}
