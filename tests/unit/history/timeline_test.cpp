#include "history/timeline.hpp"

#include <catch2/catch.hpp>

#include "../analysis/made_graph.hpp"

namespace rootlet {
namespace {

HistoryRecord record(const std::string& arch, const std::string& date, const std::string& label, std::uint64_t size) {
  HistoryRecord one;
  one.image = "web";
  one.arch = arch;
  one.date = date;
  one.label = label;
  one.graph = test::MadeGraph().package("app", size).root("app").graph();
  return one;
}

TEST_CASE("records are sorted by date, of one date as they were made, each architecture for itself") {
  const auto lines =
      history::timelines({record("x86_64", "2026-02-01", "b", 30), record("x86_64", "2026-01-01", "a", 10),
                          record("aarch64", "2026-01-01", "a", 5), record("x86_64", "2026-02-01", "a", 20)});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].arch == "aarch64");
  CHECK(lines[0].steps.empty());
  REQUIRE(lines[1].records.size() == 3);
  CHECK(lines[1].records[1].label == "b");
  CHECK(lines[1].records[2].label == "a");
  REQUIRE(lines[1].steps.size() == 2);
  CHECK(lines[1].steps[0].bytes() == 20);
  CHECK(lines[1].steps[1].bytes() == -10);
}

}  // namespace
}  // namespace rootlet
