#include "rootlet/apparmor.hpp"

#include <catch2/catch.hpp>

#include "rootlet/seccomp.hpp"

using namespace rootlet;

namespace {

Touch touch(bool opened, bool executed = false, bool mapped = false, bool listed = false, bool written = false) {
  return {opened, executed, mapped, true, listed, written};
}

/// Permissions of a pattern; empty: there is no such rule.
std::string allowed(const ProgramUses& uses, const std::string& pattern) {
  for (const AppArmorRule& one : apparmor_profile(uses).files) {
    if (one.pattern == pattern) return one.permissions;
  }
  return {};
}

}  // namespace

TEST_CASE("an AppArmor profile has files as they were used, and what was only looked at is no rule") {
  ProgramUses uses;
  uses.files = {{"/bin", touch(false)},
                {"/bin/app", touch(true, true, true)},
                {"/etc", touch(false, false, false, true)},
                {"/etc/app.conf", touch(true)},
                {"/etc/seen", touch(false)},
                {"/etc/state", touch(true, false, false, false, true)}};
  CHECK(allowed(uses, "/bin/app") == "mrix");
  CHECK(allowed(uses, "/bin/").empty());
  CHECK(allowed(uses, "/etc/") == "r");
  CHECK(allowed(uses, "/etc/app.conf") == "r");
  CHECK(allowed(uses, "/etc/seen").empty());
  CHECK(allowed(uses, "/etc/state{,/}") == "rwk");
  CHECK(allowed(uses, "/dev/null") == "rw");
}

TEST_CASE("an AppArmor profile allows libraries of later versions") {
  ProgramUses uses;
  for (const char* path : {"/lib/libpcre.so.1.2.0", "/lib/libc-2.17.so", "/lib/mod_a-b.so", "/lib/libx.so.1a"}) {
    uses.files[path] = touch(true, false, true);
  }
  CHECK(allowed(uses, "/lib/libpcre.so.*") == "mr");
  CHECK(allowed(uses, "/lib/libc-*.so") == "mr");
  CHECK(allowed(uses, "/lib/mod_a-b.so") == "mr");
  CHECK(allowed(uses, "/lib/libx.so.1a") == "mr");
}

TEST_CASE("an AppArmor profile allows other names where programs make files, and other processes") {
  ProgramUses uses;
  const Touch made = touch(true, false, false, false, true);
  uses.elsewhere = {
      {"/var/log/app/error_log", made}, {"/run/app.pid", made},       {"/tmp/x83.tmp", made}, {"/etc/new", made},
      {"/proc/17/maps", touch(true)},   {"/proc/self/oom_adj", made}, {"/dev/shm/a", made}};
  CHECK(allowed(uses, "/var/log/app/**") == "rwlk");
  CHECK(allowed(uses, "/run/app.pid{,/**}") == "rwlk");
  CHECK(allowed(uses, "/tmp/**") == "rwlk");
  CHECK(allowed(uses, "/etc/new{,/}") == "rwlk");
  CHECK(allowed(uses, "/proc/[0-9]*/maps") == "r");
  CHECK(allowed(uses, "/proc/[0-9]*/oom_adj") == "rw");
  CHECK(allowed(uses, "/dev/shm/a") == "rw");
}

TEST_CASE("names in an AppArmor profile stand for themselves") {
  ProgramUses uses;
  uses.files["/a b{c}*[?]^,\\@\"\n"] = touch(true);
  CHECK(allowed(uses, "/a b\\{c\\}\\*\\[\\?\\]\\^\\,\\\\\\@\\042\\012") == "r");
}

TEST_CASE("capabilities of an AppArmor profile follow from calls, ports and root") {
  ProgramUses uses;
  uses.system_calls = {"setgroups", "setresuid", "read"};
  CHECK(apparmor_profile(uses).capabilities == std::vector<std::string>{"setgid", "setuid"});
  uses.privileges = {"low_port", "root"};
  uses.sockets = {"", "inet stream"};
  CHECK(apparmor_profile(uses).capabilities ==
        std::vector<std::string>{"dac_override", "fowner", "fsetid", "net_bind_service", "setgid", "setuid"});
  CHECK(apparmor_profile(uses).networks == std::vector<std::string>{"inet stream"});
}

TEST_CASE("a seccomp profile has what was seen, calls that stand in for it, and those of every start, each once") {
  const CallList calls = with_margin({"stat", "futex", "stat"});
  CHECK(calls.seen == std::vector<std::string>{"futex", "stat"});
  for (const char* one : {"newfstatat", "statx", "execve", "fchown", "pselect6"}) {
    const auto all = calls.all();
    CHECK(std::count(all.begin(), all.end(), one) == 1);
  }
  for (const char* one : {"mount", "clone", "socket", "ptrace"}) {
    const auto all = calls.all();
    CHECK(std::count(all.begin(), all.end(), one) == 0);
  }
}
