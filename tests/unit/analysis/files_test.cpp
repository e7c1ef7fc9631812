#include "rootlet/audit.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <set>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;
using analysis::FileKind;
using analysis::FileTotals;

namespace {

analysis::FileCosts costs_of(World& world, std::size_t most = 20) {
  world.complete();
  return analysis::file_costs(world.tree, world.graph, analysis::owners_of(world.tree, world.installed), most);
}

FileKind kind(const TreeFile& file) { return analysis::kind_of(file, {}); }

template <class Costs>
FileTotals sum(const Costs& costs) {
  FileTotals totals;
  for (const auto& each : costs) {
    totals.bytes += each.totals.bytes;
    totals.files += each.totals.files;
  }
  return totals;
}

TreeFile hard_link(const std::string& path, const TreeFile& first) {
  TreeFile one = first;
  one.path = path;
  one.first_link = first.path;
  return one;
}

World random_world(std::mt19937& random) {
  const auto number = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(random); };
  const std::vector<std::string> places{"/",       "/usr/",         "/usr/lib64/",    "/usr/share/doc/a/",
                                        "/usr-x/", "/var/cache/c/", "/usr/lib64/x/y/"};
  World world;
  for (const char* name : {"a", "b", "c"}) world.add(name);
  std::set<std::string> used;
  for (int i = 0; i < 60; ++i) {
    const std::string path = places[static_cast<std::size_t>(number(7))] + "f" + std::to_string(number(200));
    if (!used.insert(path).second) continue;
    TreeFile one = file(path, 0644, std::string(static_cast<std::size_t>(number(4) * 100), 'x'));
    if (number(5) == 0) one = link_to(path, "nowhere");
    world.add({one});
  }
  std::sort(world.tree.files.begin(), world.tree.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  for (std::size_t i = 1; i < world.tree.files.size(); ++i) {
    TreeFile& one = world.tree.files[i];
    const TreeFile& first = world.tree.files[static_cast<std::size_t>(number(static_cast<int>(i)))];
    if (number(6) == 0 && first.type == FileType::regular && first.first_link.empty()) one = hard_link(one.path, first);
  }
  for (const TreeFile& one : world.tree.files) {
    for (InstalledPackage& package : world.installed) {
      if (number(3) == 0) package.files.push_back(listed(one));
    }
  }
  return world;
}

}  // namespace

TEST_CASE("kinds of files go by flag, place and content") {
  PackageFile license = listed(file("/usr/share/doc/a/COPYING"));
  license.license = true;
  PackageFile doc = listed(file("/etc/a.sample"));
  doc.doc = true;
  CHECK(analysis::kind_of(file(license.path), {{PackageId{0}, &license}}) == FileKind::license);
  CHECK(analysis::kind_of(file(doc.path), {{PackageId{0}, &doc}}) == FileKind::documentation);
  CHECK(kind(file("/etc/a.sample")) == FileKind::other);
  CHECK(kind(file("/usr/share/man/man1/a.1.gz")) == FileKind::documentation);
  CHECK(kind(file("/usr/share/licenses/a/COPYING")) == FileKind::license);
  CHECK(kind(file("/usr/share/locale/de/LC_MESSAGES/a.mo")) == FileKind::locale);
  CHECK(kind(file("/usr/include/a.h")) == FileKind::header);
  CHECK(kind(file("/usr/lib64/liba.a")) == FileKind::static_library);
  CHECK(kind(elf("/usr/lib/debug/usr/bin/a.debug", "")) == FileKind::debug);
  CHECK(kind(file("/var/cache/dnf/a")) == FileKind::cache);
  CHECK(kind(file("/usr/lib/python3.9/__pycache__/a.cpython-39.pyc")) == FileKind::cache);
  CHECK(kind(file("/var/log/dnf.log")) == FileKind::log);
  CHECK(kind(file("/var/lib/rpm/rpmdb.sqlite")) == FileKind::database);
  CHECK(kind(elf("/usr/bin/a", "")) == FileKind::executable);
  CHECK(kind(elf("/usr/lib64/liba.so.1", "liba.so.1")) == FileKind::library);
  CHECK(kind(elf("/usr/lib64/gconv/A.so", "")) == FileKind::library);
  CHECK(kind(file("/usr/bin/a", 0755, "#!/bin/sh")) == FileKind::script);
  CHECK(kind(file("/usr/bin/a")) == FileKind::other);
}

TEST_CASE("costs by directory, largest first, files in a directory itself under its own name") {
  World world;
  world.add("a",
            {file("/usr/lib64/x/y", 0644, std::string(500, 'a')), file("/usr/bin/a", 0755, std::string(300, 'b'))});
  world.add({file("/usr/readme", 0644, "12345"), file("/top", 0644, "1234567"), link_to("/bin", "usr/bin")});
  const auto costs = costs_of(world, 2);
  REQUIRE(costs.directories.size() == 2);
  CHECK(costs.directories[0].path == "/usr");
  CHECK(costs.directories[0].totals == FileTotals{805, 3});
  CHECK(costs.directories[1].path == "/");
  CHECK(costs.directories[1].totals == FileTotals{7, 1});
  REQUIRE(costs.subdirectories.size() == 4);
  CHECK(costs.subdirectories[0].path == "/usr/lib64");
  CHECK(costs.subdirectories[1].path == "/usr/bin");
  CHECK(costs.subdirectories[2].path == "/");
  CHECK(costs.subdirectories[3].path == "/usr");
  REQUIRE(costs.largest.size() == 2);
  CHECK(costs.largest[0].path == "/usr/lib64/x/y");
  REQUIRE(costs.largest[0].package);
  CHECK(costs.largest[0].package->str() == "a-0:1-1.noarch");
  CHECK(costs.unowned == FileTotals{12, 2});
  CHECK(costs.disk_size == std::vector<std::uint64_t>{800});
}

TEST_CASE("duplicates are files of one content that are not one file already") {
  World world;
  const TreeFile first = file("/a", 0644, "same");
  world.add({first, hard_link("/b", first), file("/c", 0644, "same"), file("/d", 0644, "same"),
             file("/e", 0644, "other"), file("/f", 0644, ""), file("/g", 0644, "")});
  const auto costs = costs_of(world);
  REQUIRE(costs.duplicates.size() == 1);
  CHECK(costs.duplicates[0].paths == Lines{"/a", "/c", "/d"});
  CHECK(costs.duplicates[0].saved() == 8);
}

TEST_CASE("a hard link counts once, for the package that has it under any name") {
  World world;
  const TreeFile first = file("/usr/bin/a", 0755, "1234");
  world.add({first});
  world.add("p", {hard_link("/usr/bin/b", first)});
  const auto costs = costs_of(world);
  CHECK(costs.total == FileTotals{4, 1});
  CHECK(costs.disk_size == std::vector<std::uint64_t>{4});
  CHECK(costs.unowned == FileTotals{0, 0});
}

TEST_CASE("sums add up exactly in random trees") {
  std::mt19937 random(20261121);
  for (int i = 0; i < 300; ++i) {
    World world = random_world(random);
    const auto costs = costs_of(world);
    FileTotals total;
    for (const TreeFile& one : world.tree.files) {
      if (one.type != FileType::regular || !one.first_link.empty()) continue;
      total.bytes += one.size;
      ++total.files;
    }
    CHECK(costs.total == total);
    CHECK(sum(costs.directories) == total);
    CHECK(sum(costs.subdirectories) == total);
    CHECK(sum(costs.kinds) == total);
    CHECK(std::accumulate(costs.disk_size.begin(), costs.disk_size.end(), costs.unowned.bytes) == total.bytes);
  }
}
