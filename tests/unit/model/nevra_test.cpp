#include <algorithm>
#include <catch2/catch.hpp>

#include "rootlet/package.hpp"

using namespace rootlet;

TEST_CASE("packages are compared as their texts, whatever is in their names and versions") {
  std::vector<Nevra> packages;
  for (const char* name : {"a", "a+b", "a-0", "a-b", "a.b", "a1", "b", "\xc3\xa4"}) {
    for (const std::uint32_t epoch : {0U, 9U, 10U}) {
      packages.push_back({name, epoch, "1", "1", "x86_64"});
      packages.push_back({name, epoch, "1", "1", ""});
      packages.push_back({name, epoch, "1+1", "1", "x86_64"});
    }
  }
  for (const Nevra& a : packages) {
    for (const Nevra& b : packages) {
      INFO(a.str() << " and " << b.str());
      CHECK(comes_first_as_text(a, b) == (a.str() < b.str()));
    }
  }
}

TEST_CASE("what requires a package is sorted by the text of those that do, each once") {
  std::vector<ChosenPackage> packages(3);
  packages[0].package.nevra = {"a", 0, "1", "1", "noarch"};
  packages[1].package.nevra = {"a+b", 0, "1", "1", "noarch"};
  packages[2].package.nevra = {"c", 0, "1", "1", "noarch"};
  std::vector<RequiredBy> required_by{
      {package_id(2), "x"}, {package_id(0), "y"}, {package_id(0), "x"}, {package_id(1), "x"}, {package_id(2), "x"}};
  sort_as_text(required_by, packages);
  CHECK(required_by == std::vector<RequiredBy>{
                           {package_id(1), "x"}, {package_id(0), "x"}, {package_id(0), "y"}, {package_id(2), "x"}});
}
