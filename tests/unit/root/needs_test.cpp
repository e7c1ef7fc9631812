#include "analysis/needs.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "../elf/make_elf.hpp"
#include "root/directory.hpp"
#include "rootlet/error.hpp"

using namespace rootlet;

namespace {

using Strings = std::vector<std::string>;

/// A root that loses something between two looks at what its files need.
class NeedsFixture {
 public:
  NeedsFixture() { make_dirs(path("usr/lib64")); }

  [[nodiscard]] fs::path path(const std::string& inside) const { return dir_.path() / "root" / inside; }
  void put(const std::string& inside, const std::string& text, unsigned mode = 0644) const {
    make_dirs(parent_dir(path(inside)));
    write_file(path(inside), text, mode);
  }
  void link(const std::string& inside, const std::string& target) const {
    make_dirs(parent_dir(path(inside)));
    fs::create_symlink(target, path(inside));
  }
  void library(const std::string& inside, const made::ElfSpec& spec = {}) const { put(inside, made::elf(spec)); }
  /// "file: what, met by path", sorted, for what is lost when these are removed.
  [[nodiscard]] Strings lost_without(const Strings& removed) const {
    const root::Root root(path(""));
    const FileTree before = code_of(root);
    const auto read = [&](const TreeFile& file, std::size_t most) { return root.head(file.path, most); };
    const auto needs = analysis::file_needs(before, read);
    for (const std::string& each : removed) REQUIRE(fs::remove_all(path(each)) > 0);
    const FileTree after = code_of(root);
    Strings lost;
    for (const auto& need : analysis::lost_needs(needs, analysis::file_needs(after, read))) {
      lost.push_back(need.file->path + ": " + need.what + ", " + need.met_by);
    }
    std::sort(lost.begin(), lost.end());
    return lost;
  }

 private:
  static FileTree code_of(const root::Root& root) {
    Progress silent;
    return root::read_files(root, root::Contents::code, silent);
  }

  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
};

}  // namespace

TEST_CASE("a loader and a library that leave are missed, what was not there before is not") {
  const NeedsFixture root;
  root.library("usr/bin/tool", {"/lib64/ld.so", "", {"libhere.so.1", "libnever.so.1"}, "", ""});
  root.library("usr/bin/other", {"/lib/never.so", "", {"libhere.so.1"}, "", ""});
  root.library("usr/lib64/libhere.so.1");
  root.library("usr/lib64/ld.so");
  root.link("lib64", "usr/lib64");
  CHECK(root.lost_without({}).empty());
  CHECK(root.lost_without({"usr/lib64/libhere.so.1", "usr/lib64/ld.so"}) ==
        Strings{"/usr/bin/other: libhere.so.1, /lib64/libhere.so.1", "/usr/bin/tool: /lib64/ld.so, /lib64/ld.so",
                "/usr/bin/tool: libhere.so.1, /lib64/libhere.so.1"});
}

TEST_CASE("a file that leaves misses nothing") {
  const NeedsFixture root;
  root.library("usr/bin/tool", {"", "", {"libhere.so.1"}, "", ""});
  root.library("usr/lib64/libhere.so.1");
  CHECK(root.lost_without({"usr/bin/tool", "usr/lib64/libhere.so.1"}).empty());
}

TEST_CASE("a library for another machine meets nothing") {
  const NeedsFixture root;
  root.library("usr/bin/tool", {"", "", {"libhere.so.1"}, "", ""});
  root.library("usr/lib64/libhere.so.1");
  root.put("usr/lib/libhere.so.1", made::elf({}, true));
  root.library("lib/libhere.so.1", {"", "", {}, "", "", 183});
  CHECK(root.lost_without({"usr/lib64/libhere.so.1"}).size() == 1);
}

TEST_CASE("libraries are looked for where ld.so does") {
  const std::string wanted = "libx.so.1";
  struct Case {
    const char* where;
    made::ElfSpec tool;
  };
  for (const Case& one :
       {Case{"opt/app/lib/", {"", "", {wanted}, "", "/nowhere:$ORIGIN/../lib"}},
        Case{"opt/app/lib/", {"", "", {wanted}, "${ORIGIN}/../lib", ""}},
        Case{"opt/app/lib64/", {"", "", {wanted}, "", "$ORIGIN/../$LIB"}},
        Case{"opt/app/lib/", {"", "", {"/opt/app/lib/libx.so.1"}, "", ""}},
        Case{"opt/plain/", {"", "", {wanted}, "", ""}}, Case{"opt/included/", {"", "", {wanted}, "", ""}}}) {
    INFO(one.where);
    const NeedsFixture root;
    root.put("etc/ld.so.conf", "# a comment\ninclude ld.so.conf.d/*.conf\n/opt/plain # the end\n");
    root.put("etc/ld.so.conf.d/b.conf", "/opt/included\ninclude /etc/ld.so.conf\n");
    root.put("etc/ld.so.conf.d/b.other", "/opt/elsewhere\n");
    root.library("opt/app/bin/tool", one.tool);
    root.library(one.where + wanted);
    root.library("opt/elsewhere/libx.so.1");
    CHECK(root.lost_without({one.where + wanted}).size() == 1);
  }
}

TEST_CASE("a library that only a program's own ways find is missed when the last one leaves") {
  const NeedsFixture root;
  root.library("usr/lib64/libplugin.so", {"", "", {"libown.so.1"}, "", ""});
  root.library("opt/a/libown.so.1.2", {"", "libown.so.1", {}, "", ""});
  root.library("opt/b/libown.so.1");
  CHECK(root.lost_without({"opt/b/libown.so.1"}).empty());
  CHECK(root.lost_without({"opt/a/libown.so.1.2"}) ==
        Strings{"/usr/lib64/libplugin.so: libown.so.1, /opt/a/libown.so.1.2"});
}

TEST_CASE("a library whose directory is no longer configured is missed") {
  const NeedsFixture root;
  root.put("etc/ld.so.conf", "include ld.so.conf.d/*.conf\n");
  root.put("etc/ld.so.conf.d/own.conf", "/opt/own\n");
  root.library("opt/own/libown.so.1");
  root.library("usr/bin/tool", {"", "", {"libown.so.1"}, "", ""});
  CHECK(root.lost_without({"etc/ld.so.conf.d/own.conf"}) ==
        Strings{"/usr/bin/tool: libown.so.1, /opt/own/libown.so.1"});
}

TEST_CASE("interpreters of executable scripts are missed, with env and in the PATH too") {
  const NeedsFixture root;
  root.put("usr/bin/perl", "x", 0755);
  root.put("usr/bin/env", "x", 0755);
  root.put("usr/local/bin/python3", "x", 0755);
  root.put("usr/bin/plain", "#! /usr/bin/perl -w\n", 0755);
  root.put("usr/bin/by-env", "#!/usr/bin/env -S LC_ALL=C python3 -u\n", 0755);
  root.put("usr/bin/never", "#!/usr/bin/ruby\n", 0755);
  root.put("usr/bin/empty", "#!\n", 0755);
  root.put("usr/share/not-executable", "#!/usr/bin/perl\n", 0644);
  CHECK(root.lost_without({"usr/bin/perl", "usr/local/bin/python3"}) ==
        Strings{"/usr/bin/by-env: python3, /usr/local/bin/python3", "/usr/bin/plain: /usr/bin/perl, /usr/bin/perl"});
  CHECK(root.lost_without({"usr/bin/env"}) == Strings{"/usr/bin/by-env: /usr/bin/env, /usr/bin/env"});
}

TEST_CASE("symbolic links that lead nowhere now are missed, through other links too") {
  const NeedsFixture root;
  root.put("usr/share/data/file", "x");
  root.link("etc/one", "two");
  root.link("etc/two", "../usr/share/data/file");
  root.link("etc/absolute", "/usr/share/data");
  root.link("etc/dead", "/nowhere");
  root.link("etc/loop", "loop");
  root.link("etc/outside", "/../../../../../../../../tmp");
  CHECK(root.lost_without({"usr/share/data"}) == Strings{"/etc/absolute: /usr/share/data, /etc/absolute",
                                                         "/etc/one: two, /etc/one",
                                                         "/etc/two: ../usr/share/data/file, /etc/two"});
}

TEST_CASE("nothing in a root hangs or misleads who looks for needs") {
  const NeedsFixture root;
  for (int i = 0; i < 50; ++i) root.link("loops/l" + std::to_string(i), "l" + std::to_string((i + 1) % 50));
  root.link("loops/up", "..");
  root.link("etc/ld.so.conf.d", "/loops/l1");
  root.put("etc/ld.so.conf",
           "include /etc/pipe\ninclude ld.so.conf.d/*.conf\ninclude ld.so.conf /etc/*\n/lib64/pipe\n");
  REQUIRE(mkfifo(root.path("etc/pipe").c_str(), 0755) == 0);
  REQUIRE(mkfifo(root.path("usr/lib64/libpipe.so").c_str(), 0755) == 0);
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{AF_UNIX, {}};
  const std::string socket_path = root.path("usr/lib64/libs.so");
  REQUIRE(socket_path.size() < sizeof address.sun_path);
  std::copy(socket_path.begin(), socket_path.end(), static_cast<char*>(address.sun_path));
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(listener);
  root.put("usr/bin/script", "#!/etc/pipe\n", 0755);
  root.put("usr/bin/long", "#!/" + std::string(100000, 'x') + "\n", 0755);
  root.put("usr/bin/huge", made::elf({"/etc/pipe", "", {"libpipe.so", "libs.so"}, "", "/loops/l1:/loops/up/usr/lib64"}),
           0755);
  REQUIRE(truncate(root.path("usr/bin/huge").c_str(), off_t{1} << 40) == 0);
  root.put("usr/bin/broken",
           "\x7f"
           "ELF" +
               std::string(64, '\xff'),
           0755);
  CHECK(root.lost_without({"etc/pipe", "usr/lib64"}).empty());
}

TEST_CASE("what is outside of a root meets nothing in it") {
  const NeedsFixture root;
  root.put("usr/bin/script", "#!/usr/bin/env ls\n", 0755);
  root.link("usr/bin/env", "/../../../../../../../../../usr/bin/env");
  root.put("bin/x", "x");
  CHECK(root.lost_without({"bin/x"}).empty());
}

TEST_CASE("data for debuggers needs nothing and meets nothing") {
  const NeedsFixture root;
  root.library("usr/bin/tool", {"", "", {"libhere.so.1"}, "", ""});
  root.library("usr/lib64/libhere.so.1");
  root.library("usr/lib/debug/libhere.so.1", {"", "libhere.so.1", {}, "", ""});
  root.library("usr/lib64/tool.debug", {"", "", {"libhere.so.1"}, "", ""});
  CHECK(root.lost_without({"usr/lib64/libhere.so.1"}) ==
        Strings{"/usr/bin/tool: libhere.so.1, /usr/lib64/libhere.so.1"});
}

TEST_CASE("a library that is known by the name of a link alone is missed with that link") {
  const NeedsFixture root;
  root.library("usr/lib64/libplugin.so", {"", "", {"libown.so.1"}, "", ""});
  root.library("opt/own/libown-1.2", {});
  root.link("opt/own/libown.so.1", "libown-1.2");
  CHECK(root.lost_without({"opt/own/libown.so.1"}) ==
        Strings{"/usr/lib64/libplugin.so: libown.so.1, /opt/own/libown.so.1"});
}
