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

TEST_CASE("a timeline tells what is pulled, and what the layers of the next release look at") {
  std::vector<HistoryRecord> records{record("x86_64", "2026-01-01", "1", 1), record("x86_64", "2026-02-01", "2", 1),
                                     record("x86_64", "2026-03-01", "3", 1), record("x86_64", "2026-04-01", "4", 1)};
  records[1].layers = {{"sha256:aa", 40, {PackageId{0}}}, {"sha256:bb", 7, {}}};
  records[2].layers = {{"sha256:aa", 40, {PackageId{0}}}, {"sha256:cc", 8, {}}};
  const auto lines = history::timelines(records);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].pulls == std::vector<std::optional<std::uint64_t>>{std::nullopt, 8, std::nullopt});
  const auto releases = history::layered_releases(lines[0]);
  REQUIRE(releases.size() == 4);
  CHECK(releases[0].packages == std::map<std::string, std::set<std::string>>{{"app", {"0:1-1"}}});
  CHECK(releases[0].layers.empty());
  CHECK(releases[2].layers == std::vector<std::vector<std::string>>{{"app"}});
}

}  // namespace
}  // namespace rootlet
