#include "rootfs/drop.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "rootlet/error.hpp"
#include "small_packages.hpp"

using namespace rootlet;

namespace {

using Specs = std::map<std::string, std::string>;
using Strings = std::vector<std::string>;

/// Builds packages of a spec's tags and sections, installs them, and drops those whose name begins with "gone".
class Fixture {
 public:
  explicit Fixture(const Specs& specs) {
    for (const auto& [name, text] : specs) {
      const std::size_t tags = std::min(text.find('%'), text.size());
      files_.push_back(small::build(dir_.path(), name, text.substr(tags), text.substr(0, tags)));
    }
    install();
  }
  /// The same packages in the opposite order.
  [[nodiscard]] Fixture reversed() const { return Fixture(this); }

  void drop() const {
    Progress silent;
    const auto verified = small::verified(files_);
    std::vector<rootfs::PackageInRoot> packages;
    for (const rpm::VerifiedPackage& one : verified) packages.push_back({&one, one.nevra().name.starts_with("gone")});
    rootfs::drop(root_.open(), packages, small::options(), silent);
  }
  /// The error of a drop that must fail.
  [[nodiscard]] Error failure() const {
    try {
      drop();
    } catch (const Error& error) {
      return error;
    }
    FAIL("nothing failed");
    return Error("");
  }
  /// All paths below a directory of the root, sorted.
  [[nodiscard]] Strings paths(const std::string& inside) const {
    Strings paths;
    for (const auto& entry : fs::recursive_directory_iterator(root_.path() / inside)) {
      paths.push_back(entry.path().lexically_relative(root_.path()).string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }
  [[nodiscard]] std::string text(const std::string& inside) const { return read_file(root_.path() / inside); }
  [[nodiscard]] fs::path path(const std::string& inside) const { return root_.path() / inside; }

 private:
  explicit Fixture(const Fixture* forwards) : files_(forwards->files_.rbegin(), forwards->files_.rend()) { install(); }
  void install() const { root_.install(files_); }

  TempDir dir_{fs::temp_directory_path(), "rootlet-test-"};
  small::Root root_;
  std::vector<fs::path> files_;
};

constexpr const char* headline = "what was to leave after the build is still needed:\n";

}  // namespace

TEST_CASE("a dropped package's files go as they came; what scriptlets made or changed stays under its name") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone", R"(
%install
mkdir -p %{buildroot}/t/empty/deeper %{buildroot}/t/full %{buildroot}/t/tmp
cd %{buildroot}/t
for name in plain changed config config-changed ghost-made ghost-unmade full/own; do echo $name >$name; done
ln -s plain link
ln -s plain link-changed
ln -s ghost-made ghost-link
mkfifo pipe
%files
%dir /t
/t/plain
/t/changed
%config /t/config
%config(noreplace) /t/config-changed
%ghost /t/ghost-made
%ghost /t/ghost-unmade
%ghost /t/ghost-link
/t/link
/t/link-changed
/t/pipe
/t/empty
/t/full
%attr(1777,root,root) %dir /t/tmp
)"},
                         {"kept", R"(
%posttrans -p <lua>
for _, name in ipairs({"changed", "config-changed", "ghost-made", "full/made"}) do
  local file = io.open("/t/" .. name, "a")
  file:write("by a scriptlet\n")
  file:close()
end
posix.unlink("/t/link-changed")
posix.symlink("ghost-made", "/t/link-changed")
posix.symlink("ghost-made", "/t/ghost-link")
%files
)"}});
  fixture.drop();
  CHECK(fixture.paths("t") == Strings{"t/changed", "t/config-changed", "t/full", "t/full/made", "t/ghost-link",
                                      "t/ghost-made", "t/link-changed", "t/tmp"});
  CHECK(fixture.text("t/config-changed") == "config-changed\nby a scriptlet\n");
}

TEST_CASE("what a remaining package has too stays, by whatever path", "[slow]") {
  if (!small::possible()) return;
  const std::string shared =
      "%install\nmkdir -p %{buildroot}/usr/share/both %{buildroot}/usr/share/%{name}\n"
      "echo same >%{buildroot}/usr/share/both/file\n"
      "touch %{buildroot}/usr/share/both/%{name} %{buildroot}/usr/share/%{name}/file\n"
      "%files\n%dir /usr/share/both\n/usr/share/both/file\n/usr/share/both/%{name}\n"
      "/usr/share/%{name}/file\n";
  const Fixture fixture({{"gone", shared},
                         {"kept", shared},
                         {"gone-by-link",
                          "%install\nmkdir -p %{buildroot}/link/both\necho same >%{buildroot}/link/both/file\n"
                          "touch %{buildroot}/link/both/other\n%files\n/link/both\n"},
                         {"kept-link",
                          "%pretrans -p <lua>\nposix.mkdir('/usr')\nposix.mkdir('/usr/share')\n"
                          "posix.symlink('usr/share', '/link')\n"
                          "%install\nmkdir -p %{buildroot}/usr/share\nln -s usr/share %{buildroot}/link\n"
                          "%files\n/link\n%dir /usr/share\n"}});
  fixture.drop();
  CHECK(fixture.paths("usr/share") == Strings{"usr/share/both", "usr/share/both/file", "usr/share/both/kept",
                                              "usr/share/gone", "usr/share/kept", "usr/share/kept/file"});
}

TEST_CASE("a directory of several dropped packages goes with the last of its files") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone-a",
                          "%install\nmkdir -p %{buildroot}/a/b/c\ntouch %{buildroot}/a/b/c/f\n%files\n"
                          "%dir /a\n/a/b/c/f\n"},
                         {"gone-b", "%install\nmkdir -p %{buildroot}/a/b/c\n%files\n%dir /a/b\n%dir /a/b/c\n"},
                         {"kept", "%files\n"}});
  fixture.drop();
  CHECK_FALSE(fs::exists(fixture.path("a")));
}

TEST_CASE("a drop runs no scriptlet and no trigger") {
  if (!small::possible()) return;
  const std::string fail = " -p <lua>\nerror('was run')\n";
  const std::string file = "%install\nmkdir -p %{buildroot}/usr/x\ntouch %{buildroot}/usr/x/%{name}\n%files\n/usr/x\n";
  std::string triggers;
  for (const char* kind : {"%triggerun", "%triggerpostun"})
    triggers += std::string(kind) + " -p <lua> -- gone\nerror('was run')\n";
  for (const char* kind : {"%filetriggerun", "%filetriggerpostun", "%transfiletriggerun", "%transfiletriggerpostun"}) {
    triggers += std::string(kind) + " -p <lua> -- /usr\nerror('was run')\n";
  }
  const Fixture fixture({{"gone", "%preun" + fail + "%postun" + fail + triggers + file}, {"kept", triggers + file}});
  fixture.drop();
  CHECK(fixture.paths("usr/x") == Strings{"usr/x/kept"});
}

TEST_CASE("the database knows the dropped packages no more, and is the same for any order") {
  if (!small::possible()) return;
  const Specs specs{{"gone-a", "%files\n"},
                    {"gone-b", "%files\n"},
                    {"kept-a", R"(
%post -p <lua>
io.open("/var/lib/rpm/other", "w"):close()
%install
mkdir -p %{buildroot}/var/lib/rpm
%files
%attr(0751,root,root) %dir /var/lib/rpm
)"},
                    {"kept-b", "%files\n"}};
  const Fixture first(specs);
  const Fixture second = first.reversed();
  for (const Fixture* each : {&first, &second}) {
    each->drop();
    Strings paths = each->paths("var/lib/rpm");
    std::erase(paths, "var/lib/rpm/.keyring.lock");  // rpm 6.1 has one, which stays out of images
    CHECK(paths == Strings{"var/lib/rpm/.rpm.lock", "var/lib/rpm/other", "var/lib/rpm/rpmdb.sqlite"});
  }
  const std::string database = first.text("var/lib/rpm/rpmdb.sqlite");
  CHECK((database == second.text("var/lib/rpm/rpmdb.sqlite")));
  CHECK((database.find("kept-b") != std::string::npos));
  CHECK((database.find("gone-") == std::string::npos));
  CHECK(database.substr(18, 2) == "\1\1");
  struct stat info {};
  REQUIRE(stat(first.path("var/lib/rpm/rpmdb.sqlite").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0644);
  REQUIRE(stat(first.path("var/lib/rpm").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0751);
}

TEST_CASE("a package that is not in the database cannot be dropped") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone", "%files\n"}, {"kept", "%files\n"}});
  fs::remove(fixture.path("var/lib/rpm/rpmdb.sqlite"));
  CHECK(std::string(fixture.failure().what()) ==
        "cannot move '/var/lib/rpm/rpmdb.sqlite' in the root: No such file or directory");
}

TEST_CASE("all that is broken is told at once, by the package that had it") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone-tool", R"(
Provides: tool = 2
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/tool
touch %{buildroot}/usr/bin/tool %{buildroot}/usr/share/tool/data
%files
/usr/bin/tool
/usr/share/tool
)"},
                         {"gone-other", "%files\n"},
                         {"kept", R"(
Requires: tool >= 1, /usr/bin/tool, gone-other
Requires(post): gone-tool
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc
printf '#!/usr/bin/tool\n' >%{buildroot}/usr/bin/script
ln -s ../usr/share/tool/data %{buildroot}/etc/data
%files
%attr(0755,root,root) /usr/bin/script
/etc/data
)"}});
  const Error error = fixture.failure();
  CHECK(error.what() == std::string(headline) +
                            "  gone-other-0:1-1.noarch\n"
                            "    kept-0:1-1.noarch requires 'gone-other'\n"
                            "  gone-tool-0:1-1.noarch\n"
                            "    kept-0:1-1.noarch requires '/usr/bin/tool'\n"
                            "    kept-0:1-1.noarch requires 'tool >= 1'\n"
                            "    '/usr/bin/script' of kept-0:1-1.noarch is run by '/usr/bin/tool'\n"
                            "    '/etc/data' of kept-0:1-1.noarch is a symbolic link to '../usr/share/tool/data': "
                            "'/usr/share/tool/data' is gone");
  CHECK(error.hint() == "add 'gone-other', 'gone-tool' to 'packages' in the recipe: then they stay");
}

TEST_CASE("rich requirements are weighed with what remains", "[slow]") {
  if (!small::possible()) return;
  const Specs others{{"gone-a", "%files\n"}, {"gone-b", "%files\n"}, {"kept-c", "%files\n"}};
  const std::map<std::string, std::string> missed{{"(gone-a or kept-c)", ""},
                                                  {"(gone-b or gone-a)", "gone-a"},
                                                  {"(kept-c and gone-b)", "gone-b"},
                                                  {"(gone-a if gone-b)", ""},
                                                  {"(gone-a if kept-c)", "gone-a"},
                                                  {"(gone-a if gone-b else kept-c)", ""},
                                                  {"(kept-c if gone-b else gone-a)", "gone-a"},
                                                  {"(gone-b if kept-c else gone-a)", "gone-a"},
                                                  {"(gone-a with gone-a = 1-1)", "gone-a"},
                                                  {"(kept-c without gone-a)", ""}};
  for (const auto& [requirement, had] : missed) {
    INFO(requirement);
    Specs specs = others;
    specs["kept"] = "Requires: " + requirement + "\n%files\n";
    const Fixture fixture(specs);
    if (had.empty()) {
      CHECK_NOTHROW(fixture.drop());
    } else {
      CHECK(fixture.failure().what() ==
            headline + ("  " + had) + "-0:1-1.noarch\n    kept-0:1-1.noarch requires '" + requirement + "'");
    }
  }
}

TEST_CASE("what was missing before the drop is no error") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone", "%files\n"}, {"kept", R"(
%install
mkdir -p %{buildroot}/x
printf '#!/no/shell\n' >%{buildroot}/x/script
ln -s nowhere %{buildroot}/x/link
%files
%attr(0755,root,root) /x/script
/x/link
)"}});
  fixture.drop();
  CHECK(fixture.paths("x") == Strings{"x/link", "x/script"});
}

TEST_CASE("links on the way to remaining files stay; dead %ghost links go") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone-fs", R"(
%pretrans -p <lua>
posix.mkdir("/usr")
posix.mkdir("/usr/bin")
posix.symlink("usr/bin", "/bin")
%install
mkdir -p %{buildroot}/usr/bin
ln -s usr/bin %{buildroot}/bin
%files
/bin
%dir /usr/bin
)"},
                         {"gone-mail", R"(
%post -p <lua>
posix.mkdir("/etc")
posix.symlink("/usr/lib/mail", "/etc/mail")
posix.symlink("/etc/mail", "/usr/lib/mailer")
posix.symlink("/made/later", "/usr/lib/never")
%install
mkdir -p %{buildroot}/usr/lib %{buildroot}/etc
touch %{buildroot}/usr/lib/mail %{buildroot}/usr/lib/mailer %{buildroot}/usr/lib/never %{buildroot}/etc/mail
%files
/usr/lib/mail
%ghost /usr/lib/mailer
%ghost /usr/lib/never
%ghost /etc/mail
)"},
                         {"kept", R"(
%install
mkdir -p %{buildroot}/bin %{buildroot}/x
touch %{buildroot}/bin/a %{buildroot}/bin/b
printf '#!/bin/a\n' >%{buildroot}/x/script
%files
/bin/a
/bin/b
%attr(0755,root,root) /x/script
)"}});
  fixture.drop();
  CHECK(fs::read_symlink(fixture.path("bin")) == "usr/bin");
  CHECK(fixture.paths("usr") == Strings{"usr/bin", "usr/bin/a", "usr/bin/b", "usr/lib", "usr/lib/never"});
  CHECK(fixture.paths("etc").empty());
}

TEST_CASE("of very many findings some are told") {
  if (!small::possible()) return;
  const Fixture fixture({{"gone", "%install\nmkdir -p %{buildroot}/d\n%files\n/d\n"}, {"kept", R"(
%install
mkdir -p %{buildroot}/l
for i in 1 2 3 4 5 6 7 8 9 10; do ln -s ../d %{buildroot}/l/$i; done
%files
/l
)"}});
  const std::string text = fixture.failure().what();
  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK(text.ends_with("\n    and 2 more"));
}
