#include "rootfs/install.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>

#include "rootlet/error.hpp"
#include "small_packages.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat info {};
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

/// Installs and returns the error, which must come.
Error failure(const std::vector<fs::path>& packages) {
  try {
    small::Root().install(packages);
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing failed");
  return Error("");
}

}  // namespace

TEST_CASE("what was verified is what is installed: a file that changed since then is refused") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path package = small::build(dir.path(), "good", "%install\ntouch %{buildroot}/good\n%files\n/good\n");
  const fs::path other = small::build(dir.path(), "evil", "%install\ntouch %{buildroot}/evil\n%files\n/evil\n");
  const fs::path cached = dir.path() / "cached.rpm";
  const std::string bytes = read_file(package);
  const auto write = [&](std::string_view text) { std::ofstream(cached, std::ios::in | std::ios::binary) << text; };
  const std::vector<std::function<void()>> changes{[&] { fs::rename(other, cached); }, [&] { write("other bytes"); },
                                                   [&] { write(bytes); }};
  for (const auto& change : changes) {
    write_file(cached, bytes);
    const small::Root root;
    const auto verified = small::verified({cached});
    change();
    Progress silent;
    CHECK_THROWS_WITH(
        rootfs::install(root.open(), verified, small::options(), silent),
        Contains("package good-0:1-1.noarch: its file '" + cached.string() + "' is not the one that was verified"));
    CHECK(fs::is_empty(root.path()));
  }
}

TEST_CASE("docs and locales are installed only on demand") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const auto package = small::build(dir.path(), "texts", R"(
%install
mkdir -p %{buildroot}/t
touch %{buildroot}/t/plain %{buildroot}/t/doc %{buildroot}/t/de %{buildroot}/t/no %{buildroot}/t/pt
%files
/t/plain
%doc /t/doc
%lang(de) /t/de
%lang(no) /t/no
%lang(pt_BR) /t/pt
)");
  struct Case {
    bool docs;
    std::vector<std::string> langs;
    std::vector<std::string> expected;
  };
  for (const Case& one : {Case{false, {}, {"plain"}}, Case{true, {"de", "pt_BR"}, {"de", "doc", "plain", "pt"}},
                          Case{false, {"all"}, {"de", "no", "plain", "pt"}}}) {
    const small::Root root;
    auto options = small::options();
    options.docs = one.docs;
    options.langs = one.langs;
    Progress silent;
    rootfs::install(root.open(), small::verified({package}), options, silent);
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root.path() / "t")) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    CHECK(names == one.expected);
  }
}

TEST_CASE("a scriptlet that fails stops the build, whatever its phase") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const std::string body = " -p <lua>\nprint('said before')\nerror('no way')\n";
  // rpm looks for files of installed packages by their directories, so there must be one in /usr/x.
  const std::string files = "%install\nmkdir -p %{buildroot}/usr/x; touch %{buildroot}/usr/x/file\n%files\n/usr/x\n";
  for (const char* phase : {"%pretrans", "%pre", "%post", "%posttrans"}) {
    const Error error = failure({small::build(dir.path(), "bad", phase + body + files)});
    CHECK_THAT(error.what(), Contains("package bad-1-1.noarch: scriptlet " + std::string(phase) + " failed: "));
    CHECK_THAT(error.what(), Contains("no way"));
    // rpm goes on after a failed %post, so the recipe may allow it.
    const std::string_view way_out =
        std::string_view(phase).starts_with("%pre")
            ? ""
            : "\nif the image can do without what it should have done: scriptlets_may_fail: [bad]";
    CHECK(error.hint() == "said before" + std::string(way_out));
  }
}

TEST_CASE("a trigger that fails is named by the package that has it, whichever sets it off", "[slow]") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  // rpm looks for files of installed packages by their directories, so there must be one in /usr/x.
  const std::string files = "%install\nmkdir -p %{buildroot}/usr/x; touch %{buildroot}/usr/x/file\n%files\n/usr/x\n";
  const auto early = small::build(dir.path(), "early", files);
  const auto late = small::build(dir.path(), "late", files, "Requires: bad");
  // Its own file triggers see its own files, and another one's see them too.
  const std::string own = "%install\nmkdir -p %{buildroot}/usr/y\n%files\n/usr/y\n";
  for (const std::string trigger : {"%triggerprein", "%triggerin", "%filetriggerin", "%filetriggerin -P 20000",
                                    "%transfiletriggerin", "%transfiletriggerin -P 5"}) {
    for (const auto& other : {early, late}) {
      const bool of_files = trigger.find("file") != std::string::npos;
      if (trigger == "%triggerprein" && other == early) continue;  // before it, there was nothing to trigger
      const std::string target = of_files ? " -- /usr/x\n" : " -- early, late\n";
      const auto bad = small::build(dir.path(), "bad", trigger + " -p <lua>" + target + "error('no way')\n" + own,
                                    other == early ? "Requires: early" : "");
      INFO(trigger << " " << other);
      const Error error = failure({other, bad});
      const std::string kind = trigger.substr(0, trigger.find(' '));
      CHECK_THAT(error.what(), Contains("package bad-1-1.noarch: scriptlet " + kind + " failed: "));
      CHECK_THAT(error.what(), Contains("no way"));
    }
  }
}

TEST_CASE("a Lua scriptlet, which runs in the installer, cannot reach the host") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const fs::path secret = dir.path() / "secret";
  write_file(secret, "of the host");
  const auto package = small::build(dir.path(), "lua", R"(
%post -p <lua>
for _, root in pairs({"", "/proc/1/root", "/proc/1/cwd", "/proc/self/root", "/.."}) do
  if io.open(root .. ")" + secret.string() + R"(") then print("reached " .. root) end
end
for _, name in pairs(posix.dir("/proc/self/fd")) do
  local path = "/proc/self/fd/" .. name
  local target = posix.readlink(path) or ""
  if target:match("lua.rpm$") and io.open(path, "r+") then print("can write " .. target) end
  if io.open(path .. ")" + secret.string() + R"(") then print("reached through " .. target) end
end
for line in io.lines("/proc/self/status") do
  if line:match("^CapEff") or line:match("^CapBnd") or line:match("^NoNewPrivs") then print(line) end
end
local count = 0
for _, name in pairs(posix.dir("/proc")) do if name:match("^%d+$") then count = count + 1 end end
print("processes", count)
io.open("/proc/sys/kernel/domainname", "r+"):write("x")
%files
)");
  const small::Root root;
  Error error("");
  try {
    root.install({package});
    FAIL("wrote to /proc/sys");
  } catch (const Error& thrown) {
    error = thrown;
  }
  CHECK_THAT(error.hint(), Catch::StartsWith("CapEff:\t00000000800400fb\nCapBnd:\t00000000800400fb\nNoNewPrivs:\t1\n"
                                             "processes\t1\n"));
}

TEST_CASE("what packages own in /proc and /dev is there afterwards, and nothing else") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const auto owner = small::build(dir.path(), "owner", R"(
%post -p <lua>
print(posix.stat("/dev/null").type, posix.stat("/proc/1").type)
%install
mkdir -p %{buildroot}/proc %{buildroot}/dev/pts/deep
ln -s /proc/kcore %{buildroot}/dev/core
%files
%attr(0555,root,root) %dir /proc
%attr(0751,root,root) %dir /dev
%attr(0700,root,root) %dir /dev/pts
%attr(1777,root,root) %dir /dev/pts/deep
/dev/core
)");
  const auto plain = small::build(dir.path(), "plain", "%post -p <lua>\nprint('x')\n%files\n");
  const small::Root with;
  const auto result = with.install({owner});
  CHECK(result.scriptlet_output == std::vector<std::string>{"owner-1-1.noarch %post: character device\tdirectory"});
  CHECK(mode_of(with.path() / "proc") == 0555);
  CHECK(mode_of(with.path() / "dev") == 0751);
  CHECK(mode_of(with.path() / "dev/pts") == 0700);
  CHECK(mode_of(with.path() / "dev/pts/deep") == 01777);
  CHECK(fs::read_symlink(with.path() / "dev/core") == "/proc/kcore");
  CHECK(std::distance(fs::directory_iterator(with.path() / "dev"), {}) == 2);
  CHECK(fs::is_empty(with.path() / "proc"));
  const small::Root without;
  without.install({plain});
  CHECK_FALSE(without.has("proc"));
  CHECK_FALSE(without.has("dev"));
}

TEST_CASE("named pipes are installed, device nodes are left out with a warning") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const auto package = small::build(dir.path(), "special", R"(
%install
mkdir -p %{buildroot}/run/100%%
mkfifo %{buildroot}/run/100%%/pipe
%files
%attr(0640,root,root) /run/100%%/pipe
%dev(c,1,3) /run/null
)");
  const small::Root root;
  root.install({package});
  struct stat info {};
  REQUIRE(lstat((root.path() / "run/100%/pipe").c_str(), &info) == 0);
  CHECK(S_ISFIFO(info.st_mode));
  CHECK((info.st_mode & 07777U) == 0640);
  CHECK_FALSE(root.has("run/null"));
}

TEST_CASE("the database is the same however the packages are listed, and readable without side files") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  std::vector<fs::path> packages;
  for (const char* name : {"a", "b", "c"}) packages.push_back(small::build(dir.path(), name, "%files\n"));
  const small::Root first;
  first.install(packages);
  std::reverse(packages.begin(), packages.end());
  const small::Root second;
  second.install(packages);
  CHECK(read_file(first.path() / "var/lib/rpm/rpmdb.sqlite") == read_file(second.path() / "var/lib/rpm/rpmdb.sqlite"));
  CHECK_FALSE(first.has("var/lib/rpm/rpmdb.sqlite-wal"));
  CHECK_FALSE(first.has("var/lib/rpm/rpmdb.sqlite-shm"));
  CHECK(read_file(first.path() / "var/lib/rpm/rpmdb.sqlite").substr(18, 2) == "\1\1");
}

TEST_CASE("file conflicts and missing dependencies are told in words") {
  if (!small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  const std::string install = "%install\necho %{name} >%{buildroot}/file\n%files\n/file\n";
  const auto a = small::build(dir.path(), "a", install);
  const auto b = small::build(dir.path(), "b", install);
  CHECK(
      std::string(failure({a, b}).what()) ==
      "cannot install the packages: file /file conflicts between attempted installs of b-1-1.noarch and a-1-1.noarch");
  const auto needy = small::build(dir.path(), "needy", "%post\ntrue\n%files\n");
  CHECK(std::string(failure({needy}).what()) ==
        "the packages do not fit together: /bin/sh is needed by needy-1-1.noarch");
}

TEST_CASE("shell scriptlets run in a real root, and what they leave running is killed") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  auto packages = small::bash_packages(*data);
  packages.push_back(small::build(dir.path(), "script", R"(
%post
(while :; do read -t 1 x </dev/zero; done) &
echo "$$ sees $HOME $PATH"
[ -e /proc/1/root/usr ] && echo "reached the installer's root"
echo x >/dev/full
exit 0
%files
)"));
  const small::Root root;
  const auto result = root.install(packages);
  REQUIRE(result.scriptlet_output.size() == 1);
  CHECK_THAT(result.scriptlet_output[0], Contains("sees /root /sbin:/bin:/usr/sbin:/usr/bin"));
  CHECK_THAT(result.scriptlet_output[0], Contains("No space left on device"));
  CHECK_THAT(result.scriptlet_output[0], !Contains("reached"));
  CHECK(rootfs::choose_dbpath("auto", small::verified(packages)) == "/var/lib/rpm");
  CHECK(mode_of(root.path() / "proc") == 0555);
  CHECK(fs::is_empty(root.path() / "dev"));
}
