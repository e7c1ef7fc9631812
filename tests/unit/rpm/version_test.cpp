#include "rpm/version.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;

TEST_CASE("An empty version is older than any other, and no reason to crash", "[rpm]") {
  const Nevra none{"a", 0, "", "1", "x86_64"};
  const Nevra some{"a", 0, "0", "1", "x86_64"};
  const Nevra zero{"a", 0, std::string("\0", 1), "1", "x86_64"};
  CHECK(rpm::compare_versions(none, some) < 0);
  CHECK(rpm::compare_versions(some, none) > 0);
  CHECK(rpm::compare_versions(none, none) == 0);
  CHECK(rpm::compare_versions(zero, some) < 0);
}
