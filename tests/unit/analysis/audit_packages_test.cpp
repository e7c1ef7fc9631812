#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

TEST_CASE("unmet requirements: at run time an error, of scriptlets a note") {
  World world;
  const PackageId a = world.add("a");
  const PackageId b = world.add("b");
  world.require(a, "libb.so.1()(64bit)", {b});
  world.require(a, "libc.so.1()(64bit)", {});
  world.require(a, "rpmlib(CompressedFileNames) <= 3.0.4-1", {});
  world.require(a, "/usr/sbin/useradd", {}, EdgeKind::pre);
  world.require(a, "/usr/sbin/useradd", {}, EdgeKind::postun);
  world.require(a, "weak", {}, EdgeKind::recommends);
  world.require(b, "both", {}, EdgeKind::post);
  world.require(b, "both", {}, EdgeKind::runtime);
  CHECK(world.found("unmet-requirement") ==
        Lines{"error a : requires libc.so.1()(64bit), which no package provides",
              "error b : requires both, which no package provides",
              "note a : requires /usr/sbin/useradd, which no package provides; only scriptlets need it (pre, postun)"});
}

TEST_CASE("a required path that is there without a package is a warning") {
  World world;
  const PackageId a = world.add("a");
  world.require(a, "/usr/bin/perl", {});
  world.require(a, "/usr/bin/python3", {});
  world.add({file("/usr/bin/perl", 0755), link_to("/usr/bin/python3", "gone")});
  CHECK(world.found("unmet-requirement") ==
        Lines{"error a : requires /usr/bin/python3, which no package provides",
              "warning a : requires /usr/bin/perl, which no package provides; the file is there all the same"});
  world.has_tree = false;
  CHECK(world.found("unmet-requirement").size() == 2);
}

TEST_CASE("where a target does not tell requirements, none is unmet") {
  World world;
  world.require(world.add("a"), "nothing", {});
  world.graph.dependencies_known = false;
  CHECK(world.found("unmet-requirement").empty());
}

TEST_CASE("packages that nothing asked for needs are told by marks only") {
  World world;
  const PackageId a = world.add("a");
  const PackageId b = world.add("b");
  const PackageId c = world.add("c");
  world.add("d");
  world.add("gpg-pubkey");
  world.require(a, "b", {b});
  world.require(b, "c", {c}, EdgeKind::recommends);
  world.graph.roots = {{Root::Kind::unrequired, "a", {}, {}, {a}}};
  CHECK(world.found("unrequired-package").empty());
  world.graph.roots = {{Root::Kind::user_installed, "a", {}, {}, {a}}};
  CHECK(world.found("unrequired-package") == Lines{"note d : nothing that was asked for needs it (1.00 kB)"});
}

TEST_CASE("unsigned packages are named, all of them at once where none is signed") {
  World world;
  world.add("a");
  world.add("b");
  world.add("gpg-pubkey");
  world.installed[2].signed_by.clear();
  CHECK(world.found("unsigned-package").empty());
  world.installed[1].signed_by.clear();
  CHECK(world.found("unsigned-package") == Lines{"warning b : is not signed"});
  world.installed[0].signed_by.clear();
  CHECK(world.found("unsigned-package") == Lines{"warning : none of the 2 packages is signed"});
  world.graph.dependencies_known = false;  // a manifest tells nothing of signatures
  CHECK(world.found("unsigned-package").empty());
}

TEST_CASE("a manifest instead of a database, and no os-release") {
  World world;
  world.add("a", {file("/usr/lib/os-release"), link_to("/etc/os-release", "../usr/lib/os-release")});
  CHECK(world.found("manifest-only").empty());
  CHECK(world.found("no-os-release").empty());
  world.graph.dependencies_known = false;
  CHECK(world.found("manifest-only") == Lines{"note : a manifest names 1 package; there is no RPM database"});
  World other;
  other.add({link_to("/etc/os-release", "../usr/lib/os-release")});
  CHECK(other.found("no-os-release") == Lines{"warning : neither /etc/os-release nor /usr/lib/os-release is there"});
}

TEST_CASE("package managers, compilers and shells go by commands and their packages") {
  World world;
  world.add("binutils", {file("/usr/bin/ld.bfd", 0755), file("/usr/bin/objdump", 0755)});
  world.add("dash", {file("/usr/bin/dash", 0755), link_to("/usr/bin/sh", "dash")});
  world.add("doc", {file("/usr/share/doc/gcc"), file("/usr/bin/make", 0644), directory("/usr/bin/go")});
  world.add("gcc", {file("/usr/bin/x86_64-redhat-linux-gcc-11", 0755), file("/usr/bin/gcc", 0755)});
  world.add("python3-pip", {file("/usr/bin/pip3.9", 0755)});
  world.add({link_to("/usr/bin/ld", "/etc/alternatives/ld"), link_to("/etc/alternatives/ld", "/usr/bin/ld.bfd"),
             link_to("/usr/bin/yum", "dnf-3"), file("/opt/app/bin/npm", 0755)});
  CHECK(world.found("compiler") == Lines{"warning binutils /usr/bin/ld: brings ld, ld.bfd",
                                         "warning gcc /usr/bin/gcc: brings gcc, x86_64-redhat-linux-gcc-11"});
  CHECK(world.found("package-manager") ==
        Lines{"warning /opt/app/bin/npm: brings npm", "warning python3-pip /usr/bin/pip3.9: brings pip3.9"});
  CHECK(world.found("shell") == Lines{"note dash /usr/bin/dash: brings dash, sh"});
}

TEST_CASE("without files, packages are known by their names") {
  World world;
  for (const char* name : {"bash", "bash-completion", "dnf", "gcc-c++", "java-17-openjdk-devel",
                           "java-17-openjdk-headless", "python3-pip", "python3.11-pip", "rpm", "rpm-libs"}) {
    world.add(name);
  }
  world.has_tree = false;
  CHECK(world.found("compiler") ==
        Lines{"warning gcc-c++ : is known by its name", "warning java-17-openjdk-devel : is known by its name"});
  CHECK(world.found("package-manager") ==
        Lines{"warning dnf : is known by its name", "warning python3-pip : is known by its name",
              "warning python3.11-pip : is known by its name", "warning rpm : is known by its name"});
  CHECK(world.found("shell") == Lines{"note bash : is known by its name"});
}
