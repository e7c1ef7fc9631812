#include "history/check.hpp"

#include <catch2/catch.hpp>

#include "../analysis/made_graph.hpp"

namespace rootlet {
namespace {

HistoryRecord of_size(std::uint64_t bytes) {
  HistoryRecord record;
  record.graph = test::MadeGraph().package("app", bytes).graph();
  return record;
}

TEST_CASE("what is exactly as much as a budget allows is within it") {
  const ImageBudget budget{1000, 300, 1, 5.0, 50};
  HistoryRecord now = of_size(1000);
  now.compressed_size = 300;
  const HistoryRecord before = of_size(950);
  const auto checks = history::check(budget, now, 0, &before);
  REQUIRE(checks.size() == 5);
  CHECK_FALSE(checks[0].over());
  CHECK_FALSE(checks[1].over());
  CHECK_FALSE(checks[2].over());
  CHECK(checks[3].allowed == 47);  // 5 % of 950, rounded down
  CHECK(checks[3].over());
  CHECK_FALSE(checks[4].over());
}

TEST_CASE("files of the recipe count as installed, and not as growth") {
  const HistoryRecord before = of_size(1000);
  const auto checks = history::check({1099, {}, {}, 0.0, {}}, of_size(1000), 100, &before);
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].found == 1100);
  CHECK(checks[0].own_files == 100);
  CHECK(checks[0].over());
  CHECK_FALSE(checks[1].over());
}

TEST_CASE("what shrank has not grown") {
  const HistoryRecord before = of_size(2000);
  const auto checks = history::check({{}, {}, {}, 0.0, 0}, of_size(1000), 0, &before);
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].found == -1000);
  CHECK_FALSE(checks[0].over());
  CHECK_FALSE(checks[1].over());
}

TEST_CASE("without an earlier record nothing is said of growth") {
  CHECK(history::check({{}, {}, {}, 5.0, 50}, of_size(1000), 0, nullptr).empty());
}

}  // namespace
}  // namespace rootlet
