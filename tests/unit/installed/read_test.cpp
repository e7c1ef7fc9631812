#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "../elf/make_elf.hpp"
#include "../image/support.hpp"
#include "base/digest.hpp"
#include "installed/tree.hpp"
#include "rootlet/error.hpp"
#include "rootlet/target.hpp"
#include "support.hpp"

using namespace rootlet;
using namespace rootlet::inspect;
using namespace rootlet::installed;
using namespace rootlet::test;
using namespace made;
using Catch::Contains;

namespace {

using Layers = std::vector<std::vector<TarFile>>;

Tree image_of(const Dir& dir, const Layers& layers, Depth depth = Depth::files) {
  static int number = 0;
  return read(oci_image(dir.at("image" + std::to_string(number++)), layers), depth);
}

std::string error_of(const Dir& dir, const Layers& layers, Depth depth = Depth::files) {
  try {
    image_of(dir, layers, depth);
  } catch (const Error& error) {
    return error.what();
  }
  FAIL("accepted");
  return {};
}

/// The spool's files as "rpm0/Packages=content".
std::vector<std::string> spooled(const Tree& tree) {
  std::vector<std::string> files;
  if (!tree.spool.directory) return files;
  const fs::path& top = tree.spool.directory->path();
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry, top).string() + "=" + read_file(entry));
  }
  std::sort(files.begin(), files.end());
  return files;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the database of an image is copied out of it, whatever else is there") {
  const Dir dir;
  const std::vector<TarFile> base{file("var/lib/rpm/Packages", "one"), file("var/lib/rpm/Basenames", "index"),
                                  file("var/lib/rpm/rpmdb.sqlite-shm", "shared memory"), file("usr/bin/x", "program")};
  for (const Depth depth : {Depth::database, Depth::files, Depth::contents}) {
    const Tree tree = image_of(dir, {base}, depth);
    CHECK(spooled(tree) == Names{"rpm0/Packages=one"});
    CHECK(tree.spool.databases.at(0).directory == tree.spool.directory->path() / "rpm0");
    CHECK(tree.spool.databases.at(0).place == "/var/lib/rpm");
    CHECK(tree.spool.history.empty());
    CHECK(tree.files.files.empty() == (depth == Depth::database));
    CHECK(tree.files.contents_read == (depth == Depth::contents));
    REQUIRE(tree.image);
    CHECK(tree.image->layers[0].files == 4);
  }
  const Tree none = image_of(dir, {{file("usr/bin/x", "program")}});
  CHECK_FALSE(none.spool.directory);
  CHECK(none.spool.databases.empty());
}

TEST_CASE("the copies go with the tree") {
  const Dir dir;
  fs::path place;
  {
    const Tree tree = image_of(dir, {{file("var/lib/rpm/Packages", "one")}});
    place = tree.spool.directory->path();
    CHECK(fs::exists(place));
  }
  CHECK_FALSE(fs::exists(place));
}

TEST_CASE("a later layer's database replaces an earlier one's, and a whiteout removes it") {
  const Dir dir;
  const std::vector<TarFile> base{file("var/lib/rpm/Packages", "one")};
  CHECK(spooled(image_of(dir, {base, {file("var/lib/rpm/Packages", "two")}})) == Names{"rpm0/Packages=two"});
  CHECK(spooled(image_of(dir, {base, {whiteout("var/lib/rpm/Packages")}})).empty());
  CHECK(spooled(image_of(dir, {base,
                               {whiteout("var/lib/rpm/Packages"), file("var/lib/rpm/rpmdb.sqlite", "s"),
                                file("var/lib/rpm/rpmdb.sqlite-wal", "w")}})) ==
        Names{"rpm0/rpmdb.sqlite-wal=w", "rpm0/rpmdb.sqlite=s"});
  const Tree moved = image_of(dir, {base,
                                    {whiteout("var/lib/rpm"), file("usr/lib/sysimage/rpm/rpmdb.sqlite", "new"),
                                     soft_link("var/lib/rpm", "../../usr/lib/sysimage/rpm")}});
  CHECK(spooled(moved) == Names{"rpm0/rpmdb.sqlite=new"});
  CHECK(moved.spool.databases.at(0).place == "/usr/lib/sysimage/rpm");
}

TEST_CASE("all databases of a root are copied, each once, newer places and kinds first") {
  const Dir dir;
  const std::vector<TarFile> layer{file("var/lib/rpm/Packages", "bdb"),
                                   file("var/lib/rpm/Packages.db", "ndb"),
                                   file("var/lib/rpm/Index.db", "index"),
                                   file("var/lib/rpm/rpmdb.sqlite", "lite"),
                                   file("root/.rpmdb/rpmdb.sqlite", "root"),
                                   file("usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "of nothing"),
                                   soft_link("usr/share/rpm", "../../var/lib/rpm")};
  const auto told = [](const Tree& tree) {
    Names names;
    for (const SpooledDatabase& one : tree.spool.databases) names.push_back(one.place + " " + one.file);
    return names;
  };
  const Names expected{"/var/lib/rpm rpmdb.sqlite", "/var/lib/rpm Packages.db", "/var/lib/rpm Packages",
                       "/root/.rpmdb rpmdb.sqlite"};
  const Tree image = image_of(dir, {layer});
  CHECK(told(image) == expected);
  CHECK(spooled(image) == Names{"rpm0/rpmdb.sqlite=lite", "rpm1/Index.db=index", "rpm1/Packages.db=ndb",
                                "rpm2/Packages=bdb", "rpm3/rpmdb.sqlite=root"});
  for (const TarFile& one : layer) {
    if (one.type == '0') made::write(dir.at("root") / one.path, one.content);
  }
  fs::create_directories(dir.at("root") / "usr/share");
  fs::create_symlink("../../var/lib/rpm", dir.at("root") / "usr/share/rpm");
  const Tree root = read(dir.at("root"), Depth::database);
  CHECK(told(root) == expected);
  CHECK(spooled(root) == spooled(image));
}

TEST_CASE("links on the way to a database are followed, and lead nowhere else") {
  const Dir dir;
  const auto database = [&](const std::vector<TarFile>& layer) { return spooled(image_of(dir, {layer})); };
  CHECK(database({file("srv/db/Packages", "far"), soft_link("var/lib/rpm", "/srv/db")}) == Names{"rpm0/Packages=far"});
  CHECK(database({file("srv/p", "far"), soft_link("var/lib/rpm/Packages", "../../../srv/p")}) ==
        Names{"rpm0/Packages=far"});
  // As ostree stores files: all are links to objects.
  CHECK(database({file("sysroot/ostree/repo/objects/ab/cd.file", "object"),
                  hard_link("usr/share/rpm/rpmdb.sqlite", "sysroot/ostree/repo/objects/ab/cd.file"),
                  soft_link("var/lib/rpm", "../../usr/share/rpm")}) == Names{"rpm0/rpmdb.sqlite=object"});
  CHECK(database({soft_link("var/lib/rpm", "/nowhere")}).empty());
  CHECK(database({soft_link("var/lib/rpm", "rpm")}).empty());
  CHECK(database({directory("var/lib/rpm/Packages")}).empty());
  CHECK(database({{"var/lib/rpm/Packages", '6'}}).empty());
  const Tree one_file = image_of(dir, {{file("etc/passwd", "both"), hard_link("var/lib/rpm/Packages", "etc/passwd"),
                                        hard_link("etc/group", "etc/passwd")}});
  CHECK(spooled(one_file) == Names{"rpm0/Packages=both"});
  CHECK(one_file.files.contents.at("/etc/group") == "both");
}

TEST_CASE("small files that analyses read are kept, by the paths they ask for") {
  const Dir dir;
  const Tree tree = image_of(
      dir,
      {{file("usr/lib/os-release", "ID=x\n"), soft_link("etc/os-release", "../usr/lib/os-release"),
        file("etc/passwd", "p"), file("etc/group", "g"), file("var/lib/rpmmanifest/container-manifest-1", "1"),
        file("var/lib/rpmmanifest/container-manifest-2", "2"), file("usr/lib/sysimage/libdnf5/packages.toml", "t"),
        file("etc/shadow", "secret"), file("var/lib/dnf/history.sqlite", "h"),
        file("var/lib/dnf/history.sqlite-wal", "w"), file("var/lib/yum/yumdb/b/1-bash-1-1-x86_64/reason", "user"),
        hard_link("var/lib/yum/yumdb/c/2-cp-1-1-x86_64/from_repo", "var/lib/yum/yumdb/b/1-bash-1-1-x86_64/reason"),
        hard_link("var/lib/yum/yumdb/c/2-cp-1-1-x86_64/reason", "var/lib/yum/yumdb/c/2-cp-1-1-x86_64/from_repo")},
       {file("etc/group", "g2")}},
      Depth::database);
  using Contents = std::map<std::string, std::string>;
  CHECK(tree.files.contents == Contents{{"/etc/group", "g2"},
                                        {"/etc/os-release", "ID=x\n"},
                                        {"/etc/passwd", "p"},
                                        {"/usr/lib/os-release", "ID=x\n"},
                                        {"/usr/lib/sysimage/libdnf5/packages.toml", "t"},
                                        {"/var/lib/rpmmanifest/container-manifest-1", "1"},
                                        {"/var/lib/rpmmanifest/container-manifest-2", "2"},
                                        {"/var/lib/yum/yumdb/b/1-bash-1-1-x86_64/reason", "user"},
                                        {"/var/lib/yum/yumdb/c/2-cp-1-1-x86_64/reason", "user"}});
  CHECK(spooled(tree) == Names{"history.sqlite-wal=w", "history.sqlite=h"});
  CHECK(tree.spool.history == tree.spool.directory->path() / "history.sqlite");
  CHECK(tree.spool.history_path == "/var/lib/dnf/history.sqlite");
  CHECK_THAT(error_of(dir, {{file("etc/passwd", std::string(17'000'000, 'x'))}}),
             Contains("'/etc/passwd' has more than 16.0 MB"));
}

TEST_CASE("contents are read where they are asked for") {
  const Dir dir;
  const std::string program = made::elf({"/lib64/ld-linux-x86-64.so.2", "", {"libc.so.6"}});
  const Layers layers{{file("bin/sh", program), file("bin/long", program + std::string(3'000'000, 'x')),
                       file("bin/script", "#! /bin/sh -e\t\necho"), file("empty"), hard_link("bin/also", "bin/sh"),
                       file("text",
                            "\x7f"
                            "EL")}};
  const FileTree read = image_of(dir, layers, Depth::contents).files;
  CHECK(read.find("/bin/sh")->sha256 == digest_of(program));
  REQUIRE(read.find("/bin/sh")->elf);
  CHECK(read.find("/bin/sh")->elf->needed == Names{"libc.so.6"});
  CHECK(read.find("/bin/sh")->elf->interpreter == "/lib64/ld-linux-x86-64.so.2");
  REQUIRE(read.find("/bin/long")->elf);
  CHECK(read.find("/bin/long")->elf->needed == Names{"libc.so.6"});
  CHECK(read.find("/bin/long")->sha256 == digest_of(program + std::string(3'000'000, 'x')));
  // The first of two names has no link, the other one the same facts.
  CHECK(read.find("/bin/also")->sha256 == digest_of(program));
  CHECK(read.find("/bin/also")->first_link.empty());
  CHECK(read.find("/bin/sh")->first_link == "/bin/also");
  CHECK(read.find("/bin/script")->interpreter == "/bin/sh -e");
  CHECK_FALSE(read.find("/bin/script")->elf);
  CHECK(read.find("/empty")->sha256 == digest_of(""));
  CHECK_FALSE(read.find("/text")->elf);
  const FileTree unread = image_of(dir, layers, Depth::files).files;
  CHECK(unread.find("/bin/sh")->sha256.empty());
  CHECK_FALSE(unread.find("/bin/sh")->elf);
  CHECK(unread.find("/bin/script")->interpreter.empty());
  CHECK(unread.find("/bin/sh")->size == program.size());
}

TEST_CASE("an entry that cannot be is an error that names image, layer and path") {
  const Dir dir;
  const std::string error = error_of(dir, {{}, {file("a"), file("a/\x1b[31mb")}});
  CHECK_THAT(error, Contains("cannot read the image '") && Contains("': layer 2 (sha256:") &&
                        Contains("): '/a' is no directory, but has files in it"));
  TarFile odd = file("x", "y");
  odd.pax["SCHILY.xattr.security.capability"] = "nonsense";
  CHECK_THAT(error_of(dir, {{odd}}), Contains("'x': the attribute security.capability is malformed"));
  odd.pax["SCHILY.xattr.security.capability"] = net_raw;
  CHECK(image_of(dir, {{odd}}).files.find("/x")->capabilities == "cap_net_raw=ep");
  CHECK_THAT(error_of(dir, {{hard_link("\x1b[2J", "\n")}}), Contains("'\\x1b[2J' is a hard link to '\n'"));
}

TEST_CASE("a directory is read without a trace") {
  const Dir dir;
  const fs::path root = dir.at("root");
  const std::string program = made::elf({"", "libx.so.1", {}});
  made::write(root / "usr/lib/libx.so.1", program);
  made::write(root / "usr/bin/script", "#!/bin/sh\n");
  made::write(root / "usr/lib/os-release", "ID=x\n");
  made::write(root / "var/lib/dnf/history.sqlite", "h");
  made::write(root / "srv/rpm/Packages", "database");
  made::write(root / "new\nline", "x");
  fs::create_directories(root / "etc");
  fs::create_symlink("/srv/rpm", root / "var/lib/rpm");
  fs::create_symlink("../usr/lib/os-release", root / "etc/os-release");
  fs::create_symlink("/etc/passwd", root / "etc/passwd");  // itself, not the host's
  fs::create_symlink("../../../../../../../../etc/group", root / "etc/group");
  fs::create_hard_link(root / "usr/bin/script", root / "usr/bin/also");
  fs::permissions(root / "usr/bin/script", fs::perms(06755));
  REQUIRE(mkfifo((root / "fifo").c_str(), 0600) == 0);
  const bool device = mknod((root / "device").c_str(), S_IFCHR | 0600, makedev(1, 1)) == 0;
  const timespec old[2] = {{1000, 0}, {2000, 0}};
  REQUIRE(utimensat(AT_FDCWD, (root / "usr/bin/script").c_str(), old, 0) == 0);

  const Tree tree = read(root, Depth::contents);
  const FileTree& files = tree.files;
  CHECK(files.find("/usr/lib/libx.so.1")->sha256 == digest_of(program));
  REQUIRE(files.find("/usr/lib/libx.so.1")->elf);
  CHECK(files.find("/usr/lib/libx.so.1")->elf->soname == "libx.so.1");
  CHECK(files.find("/usr/bin/also")->interpreter == "/bin/sh");
  CHECK(files.find("/usr/bin/script")->interpreter == "/bin/sh");
  CHECK(files.find("/usr/bin/script")->sha256 == digest_of("#!/bin/sh\n"));
  CHECK(files.find("/usr/bin/script")->first_link == "/usr/bin/also");
  CHECK(files.find("/usr/bin/script")->mode == 06755);
  CHECK(files.find("/usr/bin/script")->mtime == 2000);
  CHECK(files.find("/new\nline")->size == 1);
  CHECK(files.find("/fifo")->type == FileType::fifo);
  if (device) CHECK(files.find("/device")->type == FileType::char_device);
  CHECK(files.find("/etc/group")->target == "../../../../../../../../etc/group");
  CHECK(files.find("/") == nullptr);
  CHECK(files.contents ==
        std::map<std::string, std::string>{{"/etc/os-release", "ID=x\n"}, {"/usr/lib/os-release", "ID=x\n"}});
  CHECK(spooled(tree) == Names{"history.sqlite=h", "rpm0/Packages=database"});
  CHECK(tree.spool.databases.at(0).place == "/var/lib/rpm");
  CHECK_FALSE(tree.image);
  struct stat info {};
  REQUIRE(stat((root / "usr/bin/script").c_str(), &info) == 0);
  CHECK(info.st_atim.tv_sec == 1000);

  const Tree database = read(root, Depth::database);
  CHECK(database.files.files.empty());
  CHECK(database.files.contents == files.contents);
  CHECK(spooled(database) == spooled(tree));
  CHECK(read(root, Depth::files).files.find("/usr/bin/script")->sha256.empty());
  CHECK_THROWS_WITH(read(root / "nothing", Depth::files), Contains("cannot read '") && Contains("No such file"));
}

TEST_CASE("capabilities of a directory's files") {
  const Dir dir;
  const std::string path = (dir.at("root") / "ping").string();
  made::write(path, "x");
  if (setxattr(path.c_str(), "security.capability", net_raw.data(), net_raw.size(), 0) != 0) {
    WARN("skipped: no file capabilities here");
    return;
  }
  CHECK(read(dir.at("root"), Depth::files).files.find("/ping")->capabilities == "cap_net_raw=ep");
}

TEST_CASE("an image of twenty thousand files is read") {
  const Dir dir;
  std::vector<TarFile> files;
  for (int i = 0; i < 20'000; ++i) {
    files.push_back(file("usr/share/" + std::to_string(i % 300) + "/some-name-" + std::to_string(i), "x"));
  }
  const fs::path image = oci_image(dir.at("image"), {files, {whiteout("usr/share/7")}});
  const Tree tree = read(image, Depth::contents);
  CHECK(tree.files.files.size() == 20'000 - 67 + 299 + 2);
  CHECK(tree.files.find("/usr/share/8/some-name-8")->sha256 == digest_of("x"));
}

TEST_CASE("what a path is, is told by what is there") {
  const Dir dir;
  const auto form = [&](const std::string& name, const std::string& content) {
    made::write(dir.at(name), content);
    return form_of(dir.at(name));
  };
  CHECK(form("db", std::string("SQLite format 3\0...", 19)) == Form::rpmdb);
  CHECK(form("bdb", std::string(12, '\0') + std::string("\x61\x15\x06\x00....", 8)) == Form::rpmdb);
  CHECK(form("bdb", std::string(12, '\0') + std::string("\x00\x06\x15\x61....", 8)) == Form::rpmdb);
  CHECK(form("ndb", "RpmP...") == Form::rpmdb);
  CHECK(form("tar", made::tar({file("x")})) == Form::image);
  CHECK(form("tar.gz", gzipped(made::tar({file("x")}))) == Form::image);
  CHECK(form("tar.zst", compressed(made::tar({file("x")}), image::Compression::zstd)) == Form::image);
  CHECK(form("lock", "{\"rootlet\": 1}") == Form::lock);
  CHECK(form("lock.json", "\xef\xbb\xbf \n{}") == Form::lock);
  CHECK(form("web.spdx.json", "{\"SPDXID\": \"SPDXRef-DOCUMENT\"}") == Form::sbom);
  CHECK(form("web.json", "{\"$schema\": \"x\", \"bomFormat\": \"CycloneDX\"}") == Form::sbom);
  CHECK(form("spdx3", "{\"@context\": \"x\", \"@graph\": []}") == Form::sbom);
  CHECK(form("recipe.yaml", "packages: [bash]\n") == Form::recipe);
  CHECK(form("flow.yml", "{packages: [bash]}\n") == Form::recipe);
  CHECK(form("recipe", "packages: [b\xc3\xa4sh]\n") == Form::recipe);
  CHECK(form("empty.yaml", "") == Form::recipe);
  CHECK(form("empty", "") == Form::unknown);
  CHECK(form("noise", std::string("\x01\x02\x00", 3)) == Form::unknown);
  CHECK(form("text.gz", gzipped("packages: []")) == Form::unknown);
  CHECK(inspect::form_of(oci_image(dir.at("image"), {})) == Form::image);
  CHECK(inspect::form_of(dir.dir.path()) == Form::root_directory);
  for (const std::string name : {"rpmdb.sqlite", "Packages", "Packages.db"}) {
    made::write(dir.at("with-" + name) / name, "");
    CHECK(inspect::form_of(dir.at("with-" + name)) == Form::rpmdb);
  }
  REQUIRE(mkfifo(dir.at("fifo").c_str(), 0600) == 0);
  CHECK(inspect::form_of(dir.at("fifo")) == Form::unknown);
  CHECK(inspect::form_of("/dev/null") == Form::unknown);
  CHECK_THROWS_WITH(inspect::form_of(dir.at("nothing")), Contains("cannot read '") && Contains("No such file"));
}
