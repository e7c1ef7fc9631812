#include "rights/id_map.hpp"

#include <catch2/catch.hpp>

using namespace rootlet::rights;

TEST_CASE("maps are read and written as the kernel does it") {
  const IdMap map = parse_id_map("         0       1000          1\n         1     100000      65535\n");
  CHECK(map == IdMap{{0, 1000, 1}, {1, 100000, 65535}});
  CHECK(text_of(map) == "0 1000 1\n1 100000 65535\n");
  CHECK(parse_id_map("none\n1 2\n1 2 x\n").empty());
}

TEST_CASE("all ids are those from 0 to 65535") {
  CHECK(maps_all_ids({{0, 0, 4294967295}}));
  CHECK(maps_all_ids({{1, 100000, 65535}, {0, 1000, 1}}));
  CHECK(maps_all_ids({{0, 1000, 1}, {1, 100000, 65536}}));
  CHECK_FALSE(maps_all_ids({{0, 1000, 1}, {1, 100000, 65534}}));
  CHECK_FALSE(maps_all_ids({{1, 0, 65536}}));
  CHECK_FALSE(maps_all_ids({}));
}

TEST_CASE("the same ids are mapped range by range") {
  CHECK(same_ids({{0, 0, 4294967295}}) == IdMap{{0, 0, 65536}});
  CHECK(same_ids({{0, 1001, 1}, {1, 100000, 65536}}) == IdMap{{0, 0, 1}, {1, 1, 65535}});
  CHECK(same_ids({{70000, 5, 5}}).empty());
}

TEST_CASE("subordinate ids are a user's by name or number") {
  const char* file = "# comment\nann:100000:65536\nbob:200000:10\n1000:300000:5\nann:9:0\nann:x:5\nann:1:2:3\n";
  CHECK(subordinate_ids(file, "ann", 1000) == IdMap{{0, 100000, 65536}, {0, 300000, 5}});
  CHECK(subordinate_ids(file, "bob", 7) == IdMap{{0, 200000, 10}});
  CHECK(subordinate_ids(file, "eve", 7).empty());
  CHECK(subordinate_ids("", "ann", 1000).empty());
}

TEST_CASE("the caller's own id is 0, and the others come from its ranges") {
  CHECK(with_subordinate(1000, {{0, 100000, 65536}}) == IdMap{{0, 1000, 1}, {1, 100000, 65535}});
  CHECK(with_subordinate(1000, {{0, 7, 1}, {0, 100000, 60000}, {0, 300000, 60000}}) ==
        IdMap{{0, 1000, 1}, {1, 7, 1}, {2, 100000, 60000}, {60002, 300000, 5534}});
  CHECK(with_subordinate(1000, {{0, 100000, 65534}}).empty());
  CHECK(with_subordinate(1000, {}).empty());
}
