#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

namespace {

TreeFile other_machine(TreeFile file) {
  file.elf->machine.type = 183;
  return file;
}

/// glibc, as far as it takes to start programs.
const std::vector<TreeFile> glibc{elf("/usr/lib64/ld-linux-x86-64.so.2", "ld-linux-x86-64.so.2"),
                                  elf("/usr/lib64/libc.so.6", "libc.so.6", {"ld-linux-x86-64.so.2"}),
                                  elf("/usr/lib64/libnss_files.so.2", "libnss_files.so.2")};

}  // namespace

TEST_CASE("libraries that are needed and nowhere") {
  World world;
  world.add("app", {elf("/usr/bin/app", "", {"libc.so.6", "liba.so.1", "libgone.so.1"}),
                    elf("/usr/bin/app2", "", {"libgone.so.1"}), elf("/usr/bin/private", "", {"libp.so"})});
  world.add("glibc", glibc);
  world.add("liba", {elf("/usr/lib64/liba.so.1.2", "liba.so.1"), link_to("/usr/lib64/liba.so.1", "liba.so.1.2"),
                     elf("/opt/private/libp.so", "")});
  world.add({link_to("/lib64", "usr/lib64")});
  CHECK(world.found("missing-library") ==
        Lines{"error app /usr/bin/app: needs libgone.so.1, which is nowhere in the root; so does 1 other file"});
}

TEST_CASE("a library for another machine does not do, and code for machines that cannot run here is not looked at") {
  World world;
  world.add("app", {elf("/usr/bin/app", "", {"libc.so.6", "liba.so.1"}),
                    other_machine(elf("/usr/lib64/liba.so.1", "liba.so.1", {"libforeign.so.1"}))});
  world.add("glibc", glibc);
  world.add({link_to("/lib64", "usr/lib64")});
  CHECK(world.found("missing-library") ==
        Lines{"error app /usr/bin/app: needs liba.so.1, which is nowhere in the root"});
}

TEST_CASE("a program without its loader cannot start; what no package has is a warning") {
  World world;
  world.add("app", {elf("/usr/bin/app", "", {})});
  CHECK(world.found("missing-library") ==
        Lines{"error app /usr/bin/app: needs /lib64/ld-linux-x86-64.so.2, which is nowhere in the root"});
  World other;
  other.add("glibc", glibc);
  other.add({link_to("/lib64", "usr/lib64"), elf("/opt/x", "", {"libmusl.so"})});
  CHECK(other.found("missing-library") == Lines{"warning /opt/x: needs libmusl.so, which is nowhere in the root"});
}

TEST_CASE("only a file can be a loader, and only one for the machine a library that is named by its path") {
  World world;
  world.add("app", {elf("/usr/bin/app", "", {"/opt/liba.so", "/opt/libb.so", "/opt/libc.so"}),
                    file("/usr/lib64/ld-linux-x86-64.so.2/x"), elf("/opt/liba.so", "liba.so"), file("/opt/libb.so"),
                    other_machine(elf("/opt/libc.so", "libc.so"))});
  world.add({link_to("/lib64", "usr/lib64")});
  const std::string missing = ", which is nowhere in the root";
  CHECK(world.found("missing-library") == Lines{"error app /usr/bin/app: needs /lib64/ld-linux-x86-64.so.2" + missing,
                                                "error app /usr/bin/app: needs /opt/libb.so" + missing,
                                                "error app /usr/bin/app: needs /opt/libc.so" + missing});
}

TEST_CASE("several versions of one library") {
  World world;
  world.add("new",
            {elf("/usr/lib64/libcrypto.so.3.0.7", "libcrypto.so.3"), elf("/usr/lib64/libdb-5.3.so", "libdb-5.3.so"),
             elf("/usr/lib64/libpython3.so", "libpython3.so"), elf("/usr/lib64/libglib-2.0.so.0", "libglib-2.0.so.0")});
  world.add(
      "old",
      {elf("/usr/lib64/libcrypto.so.1.1.1k", "libcrypto.so.1.1"), elf("/usr/lib64/libdb-4.8.so", "libdb-4.8.so"),
       elf("/usr/lib64/libpython3.9.so.1.0", "libpython3.9.so.1.0"),
       elf("/usr/lib64/libglib-1.2.so.0", "libglib-1.2.so.0"), elf("/usr/libexec/libcrypto.so.3", "libcrypto.so.3"),
       other_machine(elf("/usr/lib/libdb-6.0.so", "libdb-6.0.so"))});
  CHECK(world.found("library-versions") ==
        Lines{"note old /usr/lib64/libcrypto.so.1.1.1k: libcrypto.so.1.1 (old-0:1-1.noarch), libcrypto.so.3 "
              "(new-0:1-1.noarch)",
              "note old /usr/lib64/libdb-4.8.so: libdb-4.8.so (old-0:1-1.noarch), libdb-5.3.so (new-0:1-1.noarch)"});
}

TEST_CASE("libraries that nothing needs, but those that are loaded by name") {
  World world;
  const PackageId app = world.add("app", {elf("/usr/bin/app", "", {"libc.so.6", "liba.so.1"})});
  world.add("glibc", glibc);
  world.add("liba", {elf("/usr/lib64/liba.so.1", "liba.so.1"), elf("/usr/lib64/liba-extra.so.1", "liba-extra.so.1"),
                     elf("/usr/lib64/liba/plugin.so", "plugin.so", {"libp.so.1"})});
  const PackageId named = world.add("libnamed", {elf("/usr/lib64/libnamed.so.1", "libnamed.so.1")});
  world.add("libplugged", {elf("/usr/lib64/libp.so.1", "libp.so.1")});
  const PackageId soname = world.add("libsoname", {elf("/usr/lib64/libs.so.1", "libs.so.1", {"libt.so.1"})});
  world.add("libt", {elf("/usr/lib64/libt.so.1", "libt.so.1")});
  world.add("libunused",
            {elf("/usr/lib64/libu.so.1", "libu.so.1", {"libv.so.1"}), elf("/usr/lib64/libv.so.1", "libv.so.1")});
  world.add({elf("/usr/lib64/libmine.so", "libmine.so")});
  world.require(app, "libnamed", {named});
  world.require(app, "libs.so.1()(64bit)", {soname});
  CHECK(world.found("unneeded-library") ==
        Lines{"note /usr/lib64/libmine.so: no ELF file needs it, and no package requires it",
              "note liba /usr/lib64/liba-extra.so.1: no ELF file needs liba-extra.so.1 (1 of its 2 libraries)",
              "note libunused /usr/lib64/libu.so.1: no ELF file needs libu.so.1, libv.so.1"});
  world.graph.dependencies_known = false;
  CHECK(world.found("unneeded-library").empty());
}
