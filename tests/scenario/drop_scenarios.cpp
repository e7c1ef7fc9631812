#include <catch2/catch.hpp>

#include "../support/world.hpp"

using rootlet::Objective;
using rootlet::ScriptletDeps;
using rootlet::test::Smallest;
using Lines = std::vector<std::string>;

TEST_CASE("what only scriptlets require takes part in the build only") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  world.add("httpd").needs("libc").needs_pre("useradd").needs_pre("/bin/sh");
  world.add("libc");
  world.add("shadow").gives("useradd").needs("libselinux").needs("libc");
  world.add("libselinux");
  world.add("bash").has("/bin/sh").needs("libc");
  CHECK(world.install({"httpd"}) == Lines{"bash-0:1-1.x86_64", "httpd-0:1-1.x86_64", "libc-0:1-1.x86_64",
                                          "libselinux-0:1-1.x86_64", "shadow-0:1-1.x86_64"});
  CHECK(world.dropped({"httpd"}) == Lines{"bash-0:1-1.x86_64", "libselinux-0:1-1.x86_64", "shadow-0:1-1.x86_64"});
  CHECK(world.solution({"httpd"}).installed_size() == 2000);
  CHECK(world.solution({"httpd"}).count() == 2);
  CHECK(world.dropped({"httpd", "bash"}) == Lines{"libselinux-0:1-1.x86_64", "shadow-0:1-1.x86_64"});
  world.add("script").needs("/bin/sh");
  CHECK(world.dropped({"httpd", "script"}) == Lines{"libselinux-0:1-1.x86_64", "shadow-0:1-1.x86_64"});
  world.goal.objective = Objective::dnf;
  CHECK(world.dropped({"httpd"}) == Lines{"bash-0:1-1.x86_64", "libselinux-0:1-1.x86_64", "shadow-0:1-1.x86_64"});
}

TEST_CASE("what tells the distribution stays, though only scriptlets need it, and says that it does for that") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  world.add("httpd").needs("libc").needs_pre("setup");
  world.add("libc");
  world.add("setup").needs("system-release");
  world.add("release").gives("system-release").needs("release-common");
  world.add("release-common").has("/etc/os-release").needs("repos");
  world.add("repos");
  CHECK(world.dropped({"httpd"}) == Lines{"setup-0:1-1.x86_64"});
  const auto asked = [&](const std::vector<std::string>& specs) {
    Lines lines;
    for (const auto& chosen : world.solution(specs).packages) {
      for (const auto& one : chosen.reason.requested) lines.push_back(chosen.package.nevra.name + ": " + one.spec);
    }
    return lines;
  };
  CHECK(asked({"httpd"}) == Lines{"httpd: httpd", "release: os_release", "release-common: os_release"});
  CHECK(asked({"httpd", "release"}) == Lines{"httpd: httpd", "release: release"});
  world.goal.objective = Objective::dnf;
  CHECK(world.dropped({"httpd"}) == Lines{"setup-0:1-1.x86_64"});
  world.goal.os_release = false;
  CHECK(world.dropped({"httpd"}) ==
        Lines{"release-0:1-1.x86_64", "release-common-0:1-1.x86_64", "repos-0:1-1.x86_64", "setup-0:1-1.x86_64"});
}

TEST_CASE("what stays is made smallest first, then what the scriptlets need") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  world.add("app").needs("shell").needs_pre("tool");
  world.add("plain-shell").gives("shell").weighs(100);
  // With its tool inside it would make the smaller build, but the larger image.
  world.add("shell-and-tool").gives("shell").gives("tool").weighs(200);
  world.add("large-tool").gives("tool").weighs(9000);
  world.add("small-tool").gives("tool").weighs(800);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "plain-shell-0:1-1.x86_64", "shell-and-tool-0:1-1.x86_64"});
  CHECK(world.dropped({"app"}) == Lines{"shell-and-tool-0:1-1.x86_64"});
  world.exclude("shell-and-tool");
  CHECK(world.dropped({"app"}) == Lines{"small-tool-0:1-1.x86_64"});
}

TEST_CASE("what stays must be installable together with what the scriptlets need") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  world.add("app").needs("shell").needs_pre("tool");
  world.add("plain-shell").gives("shell").weighs(100);
  world.add("other-shell").gives("shell").weighs(200);
  world.add("tool").rejects("plain-shell");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "other-shell-0:1-1.x86_64", "tool-0:1-1.x86_64"});
  CHECK(world.dropped({"app"}) == Lines{"tool-0:1-1.x86_64"});
}

TEST_CASE("a conditional requirement counts again when what stays is looked at") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  world.add("app").needs("(integration if systemd)").needs_pre("systemd");
  world.add("systemd");
  world.add("integration");
  CHECK(world.dropped({"app"}) == Lines{"integration-0:1-1.x86_64", "systemd-0:1-1.x86_64"});
}
