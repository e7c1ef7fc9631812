#include "rootlet/audit.hpp"

#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

namespace {

std::vector<std::uint32_t> owners(const World& world, const analysis::Owners& owners, const std::string& path) {
  const TreeFile* found = world.tree.find(path);
  REQUIRE(found != nullptr);
  std::vector<std::uint32_t> ids;
  for (const auto& claim : owners.of[static_cast<std::size_t>(found - world.tree.files.data())]) {
    ids.push_back(static_cast<std::uint32_t>(claim.package));
  }
  return ids;
}

}  // namespace

TEST_CASE("files are owned by place: a header's /bin/sh is the tree's /usr/bin/sh") {
  World world;
  world.add("a", {directory("/usr/share/both")});
  world.add("b", {directory("/usr/share/both"), file("/usr/bin/sh")});
  world.installed[1].files.back().path = "/bin/sh";
  world.add({link_to("/bin", "usr/bin"), file("/usr/bin/other")});
  world.complete();
  const auto found = analysis::owners_of(world.tree, world.installed);
  CHECK(owners(world, found, "/usr/bin/sh") == std::vector<std::uint32_t>{1});
  CHECK(owners(world, found, "/usr/share/both") == std::vector<std::uint32_t>{0, 1});
  CHECK(owners(world, found, "/usr/bin/other").empty());
  CHECK(owners(world, found, "/bin").empty());
  CHECK(found.lost.empty());
}

TEST_CASE("what a package left out has no owner, what is not there is lost") {
  World world;
  world.add("a", {file("/usr/share/doc/a/README"), file("/usr/bin/a"), file("/run/a.pid")});
  world.installed[0].files[0].installed = false;
  world.installed[0].files[2].ghost = true;
  world.installed[0].files.push_back(listed(file("/usr/lib/a.so")));
  world.installed[0].files.push_back(listed(directory("/")));
  world.complete();
  const auto found = analysis::owners_of(world.tree, world.installed);
  CHECK(owners(world, found, "/usr/share/doc/a/README").empty());
  CHECK(owners(world, found, "/run/a.pid") == std::vector<std::uint32_t>{0});
  REQUIRE(found.lost.size() == 1);
  CHECK(found.lost[0].place == "/usr/lib/a.so");
}

TEST_CASE("paths with dots, slashes too many and circles have owners or none, and end") {
  World world;
  world.add("a", {file("/etc/a")});
  world.installed[0].files[0].path = "/etc//x/.././a";
  for (const char* path : {"/round/x", "/etc/..", "/..", "relative", "", "/etc/"}) {
    world.installed[0].files.push_back(listed(file(path)));
  }
  world.add({link_to("/round", "/round"), directory("/etc/x")});
  world.complete();
  const auto found = analysis::owners_of(world.tree, world.installed);
  CHECK(owners(world, found, "/etc/a") == std::vector<std::uint32_t>{0});
  CHECK(owners(world, found, "/etc") == std::vector<std::uint32_t>{0});
}

TEST_CASE("twenty thousand files beneath a link have their owner") {
  World world;
  world.add({link_to("/lib", "usr/lib")});
  InstalledPackage package;
  for (int i = 0; i < 20'000; ++i) {
    const std::string name = "/d" + std::to_string(i % 1000) + "/file" + std::to_string(i);
    world.tree.files.push_back(file("/usr/lib" + name, 0644, ""));
    package.files.push_back(listed(world.tree.files.back()));
    package.files.back().path = "/lib" + name;
  }
  world.installed.push_back(package);
  world.complete();
  const auto found = analysis::owners_of(world.tree, world.installed);
  CHECK(found.lost.empty());
}
