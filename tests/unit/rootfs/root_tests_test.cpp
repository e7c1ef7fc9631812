#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootfs/tests.hpp"
#include "rootlet/error.hpp"
#include "small_packages.hpp"

using namespace rootlet;
using Catch::Contains;

namespace {

using Words = std::vector<std::string>;

RootTest running(const Words& command) {
  RootTest test;
  test.run = command;
  return test;
}

TestResult tried(const small::Root& root, const RootTest& test) {
  rootfs::TestSurroundings surroundings;
  surroundings.image.env = {{"GREETING", "hi"}};
  return rootfs::run_test(root.open(), test, surroundings);
}

TestResult ran(const small::Root& root, const Words& command) { return tried(root, running(command)); }

std::string failure_of(const TestResult& result) {
  return result.failures.size() == 1 ? result.failures.front().what : std::to_string(result.failures.size());
}

}  // namespace

TEST_CASE("a command runs in the root as the user asked for") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const small::Root root;
  root.install(small::bash_packages(*data));
  RootTest test = running({"bash", "-c", "echo $GREETING $UID $PWD $HOME; echo err >&2; exit 3"});
  test.workdir = "/usr";
  const TestResult hello = tried(root, test);
  CHECK(failure_of(hello) == "exit status 3");
  REQUIRE(hello.processes.size() == 1);
  CHECK((hello.processes[0].out == "hi 0 /usr /root\n" && hello.processes[0].err == "err\n"));
  const auto printed = [&](const std::string& script, const std::string& user) {
    RootTest one = running({"bash", "-c", script});
    one.user = user;
    return tried(root, one).processes.at(0).out;
  };
  CHECK(printed("echo $UID $HOME", "mail") == "8 /var/spool/mail\n");
  CHECK(printed("echo $UID; echo ${GROUPS[@]}", "1001:7") == "1001\n7\n");
  CHECK(printed("echo again >/dev/stdout", "1001") == "again\n");
  CHECK(failure_of(ran(root, {"bash", "-c", "kill -9 $$"})) == "signal 9 (Killed)");
  CHECK(ran(root, {"bash", "-c", "kill -9 1; read x </proc/1/comm"}).passed());
  CHECK(ran(root, {"bash", "-c", "bash -c 'while :; do :; done' & exit 0"}).passed());
  CHECK(printed("read x </proc/sys/kernel/hostname; echo $x", "") == "rootlet\n");
  const TestResult much = ran(root, {"bash", "-c", "printf '%2000000s'; echo; echo end"});
  CHECK((much.processes.at(0).out.size() < 70000 && much.processes.at(0).out.ends_with("\nend\n")));

  CHECK(failure_of(ran(root, {"nothing"})) == "'nothing' cannot be started: No such file or directory");
  test.user = "nobody-here";
  CHECK(failure_of(tried(root, test)) == "the root has no user 'nobody-here'");
  test.user = "mail:nogroup-here";
  CHECK(failure_of(tried(root, test)) == "the root has no group 'nogroup-here'");
  test.user = "";
  test.workdir = "/missing";
  CHECK_THAT(failure_of(tried(root, test)), Contains("cannot enter the directory '/missing'"));
}

TEST_CASE("what a command changes in the root is gone afterwards") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const small::Root root;
  root.install(small::bash_packages(*data));
  const std::string before = read_file(root.path() / "etc/profile");
  CHECK(ran(root, {"bash", "-c", "echo new >/etc/new; echo x >/etc/profile; echo </etc/new && exit 0"}).passed());
  CHECK_FALSE(fs::exists(root.path() / "etc/new"));
  CHECK(read_file(root.path() / "etc/profile") == before);
}

TEST_CASE("a test makes no directory in the root") {
  if (!small::possible()) return;
  const small::Root root;
  CHECK_THAT(failure_of(ran(root, {"/bin/none"})), Contains("cannot be started"));
  CHECK(fs::is_empty(root.path()));
  fs::create_symlink("/etc", root.path() / "proc");
  CHECK_THROWS_WITH(ran(root, {"/bin/none"}), Contains("cannot use /proc of the root"));
}

TEST_CASE("what a test expects of texts and files is looked at") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const small::Root root;
  root.install(small::bash_packages(*data));
  RootTest test = running({"bash", "-c", "echo one; echo two >&2; umask 027; echo content >/etc/new; exit 7"});
  test.expect.exit_status = 7;
  test.expect.out = {{"one"}, {"^o.e", true}, {"two", false, true}};
  test.expect.err = {{"t[vw]o", true}};
  test.expect.files = {{"/etc/new", true, {{"cont"}}, 0640, 0, 0, ""}, {"/etc/none", false}};
  CHECK(tried(root, test).failures.empty());
  test.expect.out = {{"two"}, {"o(n)e", true, true}};
  CHECK(tried(root, test).failures.size() == 2);
  test.expect.files = {{"/etc/new", false}, {"/etc/none"}, {"/etc/new", true, {{"x"}}, 0600, 1, 2, "any"}};
  CHECK(tried(root, test).failures.size() == 7);
}
