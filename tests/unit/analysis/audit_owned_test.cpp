#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

namespace {

/// A package with one file, as it is and as `change` makes it.
template <class Change>
World changed(const TreeFile& as_packaged, Change change) {
  World world;
  world.add("a", {as_packaged});
  change(world.tree.files.front(), world.installed.front().files.front());
  world.tree.contents["/etc/passwd"] = "root:x:0:0::/root:/bin/sh\napache:x:48:48::/:/sbin/nologin\n";
  world.tree.contents["/etc/group"] = "root:x:0:\napache:x:48:\n";
  world.add({file("/etc/passwd"), file("/etc/group")});
  return world;
}

Lines all(World& world) {
  Lines lines;
  for (const char* rule : {"changed-capability", "changed-config", "changed-content", "changed-link", "changed-mode",
                           "changed-owner", "changed-type", "missing-file", "not-compared"}) {
    for (const std::string& line : world.found(rule)) lines.push_back(std::string(rule) + " " + line);
  }
  return lines;
}

constexpr auto nothing = [](TreeFile&, PackageFile&) {};

}  // namespace

TEST_CASE("files that are as their packages gave them are no findings") {
  for (const TreeFile& one : {file("/usr/bin/a", 04755), directory("/etc/a.d", 01777), link_to("/etc/a", "b")}) {
    World world = changed(one, nothing);
    CHECK(all(world).empty());
  }
}

TEST_CASE("changed content: by size, by digest; of configuration a note") {
  const auto longer = [](TreeFile& found, PackageFile&) { found.size = 1234; };
  const auto other = [](TreeFile& found, PackageFile&) { found.sha256 = "other"; };
  World world = changed(file("/usr/bin/a"), longer);
  CHECK(all(world) == Lines{"changed-content error a /usr/bin/a: 1,234 bytes; its package gave it 1"});
  world = changed(file("/usr/bin/a"), other);
  CHECK(all(world) == Lines{"changed-content error a /usr/bin/a: its content is not what its package gave"});
  world.installed[0].files[0].config = true;
  CHECK(all(world) == Lines{"changed-config note a /usr/bin/a: its content is not what its package gave"});
  for (bool PackageFile::*honoured : {&PackageFile::ghost, &PackageFile::missing_ok}) {
    world = changed(file("/usr/bin/a"), other);
    world.installed[0].files[0].*honoured = true;
    CHECK(all(world).empty() == (honoured == &PackageFile::ghost));
  }
  world = changed(file("/usr/bin/a"), [](TreeFile& found, PackageFile& file) {
    found.sha256 = "other";
    file.verify_digest = false;
  });
  CHECK(all(world).empty());
}

TEST_CASE("digests of another type cannot be compared, sizes can") {
  World world = changed(file("/usr/bin/a"), [](TreeFile&, PackageFile& file) { file.digest = {"md5", "0"}; });
  CHECK(all(world) == Lines{"not-compared note : 1 file with md5 digests: only their sizes were compared"});
  world = changed(file("/usr/bin/a"), [](TreeFile& found, PackageFile& file) {
    file.digest = {"md5", "0"};
    found.size = 2;
  });
  CHECK(all(world) == Lines{"changed-content error a /usr/bin/a: 2 bytes; its package gave it 1"});
  world = changed(file("/usr/bin/a"), [](TreeFile&, PackageFile& file) { file.digest = {}; });
  CHECK(all(world).empty());
}

TEST_CASE("changed mode") {
  const auto loosen = [](TreeFile& found, PackageFile&) { found.mode = 0777; };
  World world = changed(file("/usr/bin/a", 04755), loosen);
  CHECK(all(world) == Lines{"changed-mode warning a /usr/bin/a: mode 0777; its package gave it 4755"});
  world.installed[0].files[0].ghost = true;  // as rpm: only its content is nobody's business
  CHECK(all(world).size() == 1);
  for (TreeFile& one : world.tree.files) one.mode = one.path == "/usr/bin/a" ? 0755 : one.mode;
  CHECK(all(world) == Lines{"changed-mode note a /usr/bin/a: mode 0755; its package gave it 4755"});
  world.installed[0].files[0].verify_mode = false;
  CHECK(all(world).empty());
}

TEST_CASE("changed owner, by the names of the tree; an unknown name stands for root") {
  const auto give = [](TreeFile& found, PackageFile&) { found.uid = 48; };
  World world = changed(file("/usr/bin/a"), give);
  CHECK(all(world) ==
        Lines{"changed-owner warning a /usr/bin/a: belongs to apache:root; its package gave it to root:root"});
  world.installed[0].files[0].user = "apache";
  CHECK(all(world).empty());
  world.installed[0].files[0].group = "apache";
  CHECK(all(world) ==
        Lines{"changed-owner warning a /usr/bin/a: belongs to apache:root; its package gave it to apache:apache"});
  world.installed[0].files[0].verify_owner = false;
  CHECK(all(world).empty());
  world = changed(file("/usr/bin/a", 0755), [](TreeFile&, PackageFile& file) {
    file.user = "nobody-knows";
    file.mode |= 04000U;
  });
  CHECK(all(world).empty());
}

TEST_CASE("owners cannot be told where there is no list of users") {
  World world;
  world.add("a", {file("/usr/bin/a"), file("/usr/bin/b")});
  world.installed[0].files[0].user = "apache";
  CHECK(all(world) == Lines{"not-compared note : 1 file: there is no /etc/passwd to tell their owners by"});
}

TEST_CASE("changed capabilities") {
  TreeFile ping = file("/usr/bin/ping", 0755);
  ping.capabilities = "cap_net_raw=p";
  World world = changed(ping, nothing);
  CHECK(all(world).empty());
  world = changed(ping, [](TreeFile& found, PackageFile&) { found.capabilities.clear(); });
  CHECK(all(world) ==
        Lines{"changed-capability warning a /usr/bin/ping: capabilities: none; its package gave it cap_net_raw=p"});
}

TEST_CASE("changed links and types") {
  World world = changed(link_to("/etc/a", "b"), [](TreeFile& found, PackageFile&) { found.target = "c"; });
  CHECK(all(world) == Lines{"changed-link warning a /etc/a: leads to c; its package made it lead to b"});
  world.installed[0].files[0].ghost = true;
  CHECK(all(world).empty());
  world = changed(link_to("/etc/a", "b"), [](TreeFile& found, PackageFile&) { found = file("/etc/a"); });
  CHECK(all(world) == Lines{"changed-type error a /etc/a: is a regular file; its package made it a symbolic link"});
  world.installed[0].files[0].ghost = true;
  CHECK(world.found("changed-type").empty());
}

TEST_CASE("a link to a directory stands for the directory, if root or its owner made it") {
  World world = changed(directory("/var/mail", 0775),
                        [](TreeFile& found, PackageFile&) { found = link_to("/var/mail", "spool/mail"); });
  world.add({directory("/var/spool/mail", 0775)});
  CHECK(all(world).empty());
  for (TreeFile& one : world.tree.files) one.uid = one.path == "/var/mail" ? 48 : 0;
  CHECK(world.found("changed-type") == Lines{"error a /var/mail: is a symbolic link; its package made it a directory"});
}

TEST_CASE("missing files: one finding for all beneath a directory, a note where it was to save space") {
  World world;
  world.add("a");
  for (const TreeFile& one : {directory("/usr/share/doc/a"), file("/usr/share/doc/a/1"), file("/usr/share/doc/a/2"),
                              file("/usr/bin/a"), directory("/opt/a"), file("/opt/a/x"), file("/run/a.pid")}) {
    world.installed[0].files.push_back(listed(one));
  }
  world.add({directory("/usr/share/doc"), directory("/opt")});
  CHECK(world.found("missing-file") == Lines{"warning a /opt/a: is missing, with 2 paths of the package",
                                             "warning a /usr/bin/a: is missing", "note a /run/a.pid: is missing",
                                             "note a /usr/share/doc/a: is missing, with 3 paths of the package"});
  for (PackageFile& one : world.installed[0].files) one.ghost = true;
  CHECK(world.found("missing-file").empty());
  for (PackageFile& one : world.installed[0].files) one.ghost = !(one.missing_ok = true);
  CHECK(world.found("missing-file").empty());
  for (PackageFile& one : world.installed[0].files) one.missing_ok = one.installed = false;
  CHECK(world.found("missing-file").empty());
}
