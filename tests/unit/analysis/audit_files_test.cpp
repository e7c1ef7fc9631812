#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

TEST_CASE("unowned files: one finding for a directory of which nothing is owned") {
  World world;
  world.add("a", {file("/usr/bin/a", 0755), file("/etc/a.conf")});
  world.add(
      {file("/opt/app/bin/x", 0755), file("/opt/app/lib/y", 0644, "12345"), file("/etc/mine"), directory("/data")});
  CHECK(world.found("unowned-file") ==
        Lines{"note /data: no package owns this empty directory", "note /etc/mine: no package owns it (1 B)",
              "note /opt: no package owns this directory and what is in it (2 files, 6 B)"});
  CHECK(world.found("unowned-program").empty());
  world.add({directory("/data2")});
  CHECK(world.found("unowned-file").front() == "note /data: no package owns these empty directories: /data, /data2");
}

TEST_CASE("unowned code among the system's programs is a warning, beside them a note") {
  World world;
  world.add("a", {file("/usr/bin/a", 0755)});
  world.add({elf("/usr/bin/smuggled", ""), elf("/usr/local/bin/mine", ""), file("/usr/lib/x/run", 0755, "#!/bin/sh"),
             file("/usr/lib/x/text")});
  CHECK(
      world.found("unowned-program") ==
      Lines{"warning /usr/bin/smuggled: no package owns it (22 B)",
            "warning /usr/lib: no package owns this directory and what is in it (2 files, 10 B); there is code in it: "
            "/usr/lib/x/run"});
  CHECK(world.found("unowned-file") ==
        Lines{"note /usr/local: no package owns this directory and what is in it (1 file, 24 B)"});
}

TEST_CASE("what scriptlets, package managers and runtimes make is one finding for each kind") {
  World world;
  world.add("a", {file("/etc/a.conf"), file("/usr/bin/a"), directory("/var/lib/rpm")});
  world.add({file("/var/lib/rpm/rpmdb.sqlite"), file("/var/lib/rpm/.rpm.lock", 0644, ""), file("/etc/passwd-"),
             file("/etc/shadow-"), file("/etc/machine-id", 0444, ""), file("/etc/resolv.conf", 0644, ""),
             file("/etc/ld.so.cache"), link_to("/usr/bin/ld", "/etc/alternatives/ld"), link_to("/bin", "usr/bin"),
             directory("/proc", 0555), directory("/mnt")});
  CHECK(world.found("generated-file") ==
        Lines{"note /bin: links of the merged /usr (1 file, 0 B): /bin",
              "note /etc/ld.so.cache: compiled lists and caches (1 file, 1 B): /etc/ld.so.cache",
              "note /etc/machine-id: the machine's own files (1 file, 0 B): /etc/machine-id",
              "note /etc/passwd-: users and groups (2 files, 2 B): /etc/passwd-, /etc/shadow-",
              "note /etc/resolv.conf: files that container runtimes make (1 file, 0 B): /etc/resolv.conf",
              "note /mnt: empty directories to mount on or to fill: /mnt, /proc",
              "note /usr/bin/ld: alternatives (1 file, 0 B): /usr/bin/ld",
              "note /var/lib/rpm/.rpm.lock: RPM database (2 files, 1 B): /var/lib/rpm/.rpm.lock, "
              "/var/lib/rpm/rpmdb.sqlite"});
  CHECK(world.found("unowned-file").empty());
  World merged;
  merged.add("a", {file("/etc/a")});
  merged.add({directory("/bin"), file("/bin/x", 0755)});
  CHECK(merged.found("generated-file").empty());
  CHECK(merged.found("unowned-file").size() == 1);
}

TEST_CASE("directories that only hold what is known are not told, nor are those with something owned") {
  World world;
  world.add("a", {file("/var/lib/rpm/Packages")});
  world.add(
      {directory("/var/lib/alternatives"), file("/var/lib/alternatives/x"), file("/etc/machine-id"), file("/etc/x/y")});
  CHECK(world.found("generated-file") ==
        Lines{"note /etc/machine-id: the machine's own files (1 file, 1 B): /etc/machine-id",
              "note /var/lib/alternatives: alternatives (1 file, 1 B): /var/lib/alternatives"});
  CHECK(world.found("unowned-file") ==
        Lines{"note /etc/x: no package owns this directory and what is in it (1 file, 1 B)"});
}

TEST_CASE("where packages do not list their files, none is unowned") {
  World world;
  world.add("a");
  world.add({file("/etc/mine")});
  CHECK(world.found("unowned-file").empty());
}

TEST_CASE("setuid and setgid files") {
  World world;
  world.add("a", {file("/usr/bin/su", 04755), file("/usr/bin/write", 02755), directory("/srv/shared", 02775),
                  file("/usr/bin/plain", 0755)});
  world.tree.files[1].gid = 5;
  world.tree.contents["/etc/group"] = "tty:x:5:\n";
  CHECK(world.found("setuid-file") ==
        Lines{"warning a /usr/bin/su: runs as the user root, whoever starts it (mode 4755)",
              "warning a /usr/bin/write: runs as the group tty, whoever starts it (mode 2755)"});
  world.has_tree = false;  // what the packages' lists describe
  CHECK(world.found("setuid-file").size() == 2);
}

TEST_CASE("world-writable files and directories, but not sticky ones, links and devices") {
  World world;
  TreeFile device = file("/dev/null", 0666);
  device.type = FileType::char_device;
  world.add({file("/etc/open", 0666), directory("/srv/open", 0777), directory("/tmp", 01777), link_to("/etc/l", "open"),
             device, file("/etc/plain", 0644)});
  CHECK(world.found("world-writable") ==
        Lines{"warning /etc/open: anybody may change it (mode 0666)",
              "warning /srv/open: anybody may add, remove and replace files in it (mode 0777)"});
}

TEST_CASE("documentation and locales by package, with what they take") {
  World world;
  world.add("a", {file("/usr/share/doc/a/README", 0644, std::string(1500, 'x')), file("/usr/share/man/man1/a.1"),
                  file("/usr/share/licenses/a/COPYING")});
  world.add("b", {file("/usr/share/locale/de/LC_MESSAGES/b.mo", 0644, "12"), file("/usr/lib/locale/C.utf8/LC_CTYPE")});
  CHECK(world.found("documentation") == Lines{"note a /usr/share: documentation (2 files, 1.50 kB)"});
  CHECK(world.found("locale") ==
        Lines{"note b /usr/share/locale/de/LC_MESSAGES: locales and translations (1 file, 2 B)"});
}

TEST_CASE("caches, logs, histories and keys are known by their names") {
  World world;
  world.add("a", {file("/var/cache/a/given"), file("/var/log/a.log", 0644, "")});
  world.add({file("/var/cache/dnf/x/1", 0644, "123"), file("/var/cache/dnf/2", 0644, "45"), file("/root/.cache/pip/x"),
             file("/var/log/dnf.log"), file("/root/.bash_history"), file("/home/u/.ssh/id_rsa"),
             file("/home/u/.ssh/id_rsa.pub"), file("/etc/ssh/ssh_host_rsa_key"), file("/etc/ssh/ssh_host_rsa_key.pub"),
             file("/root/.netrc", 0600, ""), file("/etc/pki/tls/private/localhost.key"),
             file("/etc/pki/entitlement/1-key.pem"), file("/etc/pki/entitlement/1.pem")});
  CHECK(world.found("cache") ==
        Lines{"note /root/.cache: left behind (1 file, 1 B)", "note /var/cache/dnf: left behind (2 files, 5 B)"});
  CHECK(world.found("log") == Lines{"note /var/log/dnf.log: a log (1 B)"});
  CHECK(world.found("history") == Lines{"warning /root/.bash_history: a history (1 B)"});
  const std::string known = ": is known by its name to hold a key or a password";
  CHECK(world.found("private-key") ==
        Lines{"error /etc/pki/entitlement/1-key.pem" + known, "error /etc/pki/tls/private/localhost.key" + known,
              "error /etc/ssh/ssh_host_rsa_key" + known, "error /home/u/.ssh/id_rsa" + known});
  for (const std::string& line : world.found("unowned-file")) {
    CHECK(line.find("/var/cache") == std::string::npos);
    CHECK(line.find("/var/log") == std::string::npos);
  }
}

TEST_CASE("dangling links, but not into what is mounted; as packages made them, a note") {
  World world;
  world.add("a", {link_to("/usr/lib/modules/build", "/usr/src/kernel"), link_to("/etc/good", "a.conf"),
                  file("/etc/a.conf"), link_to("/usr/bin/a", "../libexec/a"), link_to("/etc/relinked", "a.conf")});
  world.installed[0].files.push_back(listed(file("/usr/libexec/a")));
  world.tree.files.back().target = "elsewhere";
  world.add({link_to("/etc/mtab", "../proc/self/mounts"), link_to("/var/run", "../run"),
             link_to("/var/lock", "run/lock"), link_to("/dangling", "via/../nowhere"), link_to("/round", "circle"),
             link_to("/circle", "round"), link_to("/via", "/etc"), link_to("/root-link", "/"),
             link_to("/out", "../../../etc/a.conf"), link_to("/etc/masked", "/dev/null")});
  CHECK(world.found("dangling-link") ==
        Lines{"warning /circle: leads to round, in a circle",
              "warning /dangling: leads to /nowhere, which is not there",
              "warning /round: leads to circle, in a circle",
              "warning a /etc/relinked: leads to /etc/elsewhere, which is not there",
              "warning a /usr/bin/a: leads to /usr/libexec/a, which is not there",
              "note a /usr/lib/modules/build: leads to /usr/src/kernel, which is not there"});
}

TEST_CASE("a link through what is not there, or through a file, leads nowhere, though its path without that would do") {
  World world;
  world.add({link_to("/etc/through", "missing/../a.conf"), link_to("/etc/in-a-file", "a.conf/../a.conf"),
             link_to("/etc/as-directory", "a.conf/"), file("/etc/a.conf"), link_to("/etc/good", "../etc/./a.conf")});
  CHECK(world.found("dangling-link") ==
        Lines{"warning /etc/as-directory: leads to /etc/a.conf/., which is not there",
              "warning /etc/in-a-file: leads to /etc/a.conf/../a.conf, which is not there",
              "warning /etc/through: leads to /etc/missing/../a.conf, which is not there"});
}

TEST_CASE("links in the directories on a way count, too: more than forty are a circle") {
  World world;
  world.add({file("/etc/a.conf"), link_to("/via", "etc"), link_to("/l0", "/via/a.conf")});
  for (int i = 1; i <= 20; ++i) world.add({link_to("/l" + std::to_string(i), "/root/l" + std::to_string(i - 1))});
  world.add({link_to("/root", "/")});
  CHECK(world.found("dangling-link") == Lines{"warning /l20: leads to /root/l19, in a circle"});
}

TEST_CASE("documents that packages list without a slash, in circles of links, are counted, too") {
  World world;
  world.has_tree = false;
  world.add("a", {link_to("/x", "x"), file("x/one"), link_to("/y", "y"), file("y/two")});
  for (PackageFile& each : world.installed[0].files) each.doc = !each.path.starts_with('/');
  CHECK(world.found("documentation") == Lines{"note a : documentation (2 files, 2 B)"});
}
