#include <catch2/catch.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "small_packages.hpp"

using namespace rootlet;
using Catch::Contains;

TEST_CASE("a command runs in the root as the user asked for") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const small::Root root;
  root.install(small::bash_packages(*data));
  const auto run = [&](const std::vector<std::string>& command, const std::string& user = "",
                       const std::string& workdir = "") {
    return rootfs::run(root.open(), command, {{"GREETING", "hi"}}, workdir, user);
  };

  const auto hello = run({"bash", "-c", "echo $GREETING $UID $PWD $HOME; echo err >&2; exit 3"}, "", "/usr");
  CHECK(hello.exit_status == 3);
  CHECK(hello.output == "hi 0 /usr /root\nerr\n");
  CHECK(run({"bash", "-c", "echo $UID $HOME"}, "mail").output == "8 /var/spool/mail\n");
  CHECK(run({"bash", "-c", "echo $UID; echo ${GROUPS[@]}"}, "1001:7").output == "1001\n7\n");
  CHECK(run({"bash", "-c", "kill -9 $$"}).exit_status == 137);
  CHECK(run({"bash", "-c", "kill -9 1; read x </proc/1/comm && exit 4"}).exit_status == 4);
  CHECK(run({"bash", "-c", "bash -c 'while :; do :; done' & exit 0"}).exit_status == 0);
  CHECK(run({"bash", "-c", "read x </proc/sys/kernel/hostname; echo $x; echo y >/dev/tcp/127.0.0.1/22"})
            .output.starts_with("rootlet\n"));
  CHECK(run({"bash", "-c", "printf '%2000000s'"}).output.size() < 1100000);

  CHECK_THROWS_WITH(run({"nothing"}), "'nothing' cannot be started: No such file or directory");
  CHECK_THROWS_WITH(run({"bash"}, "nobody-here"), "the root has no user 'nobody-here'");
  CHECK_THROWS_WITH(run({"bash"}, "mail:nogroup-here"), "the root has no group 'nogroup-here'");
  CHECK_THROWS_WITH(run({"bash"}, "", "/missing"), Contains("cannot enter the directory '/missing'"));
}

TEST_CASE("what a command changes in the root is gone afterwards") {
  const auto data = small::real_data();
  if (!data || !small::possible()) return;
  const small::Root root;
  root.install(small::bash_packages(*data));
  const std::string before = read_file(root.path() / "etc/profile");
  CHECK(rootfs::run(root.open(), {"bash", "-c", "echo new >/etc/new; echo x >/etc/profile; echo </etc/new && exit 5"},
                    {}, "", "")
            .exit_status == 5);
  CHECK_FALSE(fs::exists(root.path() / "etc/new"));
  CHECK(read_file(root.path() / "etc/profile") == before);
}

TEST_CASE("mount points that a root lacks are gone after a run") {
  if (!small::possible()) return;
  const small::Root root;
  CHECK_THROWS_WITH(rootfs::run(root.open(), {"/bin/none"}, {}, "", ""), Contains("cannot be started"));
  CHECK(fs::is_empty(root.path()));
  fs::create_symlink("/etc", root.path() / "proc");
  CHECK_THROWS_WITH(rootfs::run(root.open(), {"/bin/none"}, {}, "", ""), Contains("cannot use /proc of the root"));
}
