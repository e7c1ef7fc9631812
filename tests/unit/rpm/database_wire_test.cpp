#include "rpm/database_wire.hpp"

#include <catch2/catch.hpp>

#include "rootlet/error.hpp"

using namespace rootlet;
using rpm::InstalledSet;

namespace {

/// Two packages, one of which needs the other.
InstalledSet small_set() {
  InstalledSet set;
  for (const char* name : {"app", "library"}) {
    InstalledPackage package;
    package.nevra = {name, 1, "2", "3", "x86_64"};
    package.provides = {name};
    package.files.emplace_back().path = std::string("/usr/bin/") + name;
    set.packages.push_back(std::move(package));
  }
  set.dependencies.push_back({PackageId{0}, "library", EdgeKind::post, {"app", false}, {PackageId{1}}});
  set.idle.push_back({PackageId{1}, "documentation"});
  set.clashes.push_back({PackageId{1}, PackageId{0}, "app < 1", true});
  return set;
}

bool is_refused(const InstalledSet& set) {
  try {
    static_cast<void>(rpm::unpacked(rpm::packed(set)));
  } catch (const Error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a database comes from the process that reads it as it was read") {
  const std::string bytes = rpm::packed(small_set());
  CHECK((rpm::packed(rpm::unpacked(bytes)) == bytes));
  CHECK_FALSE(is_refused(small_set()));
  CHECK_FALSE(is_refused({}));
}

TEST_CASE("a process that a database took over cannot name packages that are not there") {
  InstalledSet set = small_set();
  set.dependencies[0].from = PackageId{2};
  CHECK(is_refused(set));
  set = small_set();
  set.dependencies[0].providers = {PackageId{0xffffffff}};
  CHECK(is_refused(set));
  set = small_set();
  set.idle[0].from = PackageId{2};
  CHECK(is_refused(set));
  set = small_set();
  set.clashes[0].other = PackageId{2};
  CHECK(is_refused(set));
}

TEST_CASE("a process that a database took over cannot send what no value is") {
  InstalledSet set = small_set();
  set.dependencies[0].kind = EdgeKind{100};
  CHECK(is_refused(set));
  const std::string bytes = rpm::packed(small_set());
  CHECK_THROWS_AS(rpm::unpacked(bytes + '\0'), Error);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_THROWS_AS(rpm::unpacked(bytes.substr(0, size)), Error);
  std::string flag = bytes;  // of the clash, which comes last
  flag.back() = 2;
  CHECK_THROWS_AS(rpm::unpacked(flag), Error);
}
