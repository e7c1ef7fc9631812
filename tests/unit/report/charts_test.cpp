#include "rootlet/report.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <regex>
#include <utility>

#include "../analysis/made_graph.hpp"
#include "analysis/diff.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

const std::string hostile = "</title></script><script>alert(1)</script>\"'&\n\x1b[31m\xff";

int by_text(const Nevra& a, const Nevra& b) { return a < b ? -1 : b < a ? 1 : 0; }

Timeline timeline(const std::vector<PackageGraph>& graphs, const std::string& image = "image") {
  Timeline line{image, "x86_64", {}, {}};
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    HistoryRecord record;
    record.image = image;
    record.label = "r" + std::to_string(i);
    record.arch = "x86_64";
    record.graph = graphs[i];
    if (i > 0) line.steps.push_back(analysis::diff(graphs[i - 1], graphs[i], by_text));
    line.records.push_back(std::move(record));
  }
  return line;
}

Timeline two_releases() {
  test::MadeGraph one, two;
  one.package("app", 100).package("lib", 50).package("old", 20).needs("app", {"lib", "old"}).root("app");
  two.package("app", 100).package("lib", 70).package("new", 30).needs("app", {"lib"}).root("app").root("new");
  return timeline({one.graph(), two.graph()});
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

TEST_CASE("bands are the largest by name at any time") {
  const auto found = report::bands(two_releases(), report::BandsBy::package);
  REQUIRE(found.size() == 4);
  std::vector<std::pair<std::string, std::vector<std::uint64_t>>> said;
  for (const report::Band& one : found) said.emplace_back(one.name, one.sizes);
  CHECK(said == std::vector<std::pair<std::string, std::vector<std::uint64_t>>>{
                    {"app", {100, 100}}, {"lib", {50, 70}}, {"new", {0, 30}}, {"old", {20, 0}}});
}

TEST_CASE("bands by root have each package where its way starts") {
  const auto found = report::bands(two_releases(), report::BandsBy::root);
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "app");
  CHECK(found[0].sizes == std::vector<std::uint64_t>{170, 170});
  CHECK(found[1].name == "new");
  CHECK(found[1].sizes == std::vector<std::uint64_t>{0, 30});
}

TEST_CASE("bands add up, whatever there is") {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<PackageGraph> graphs;
    for (int i = 0; i < 4; ++i) graphs.push_back(test::random_graph(random, 30, 60, true));
    const Timeline line = timeline(graphs);
    for (const auto by : {report::BandsBy::package, report::BandsBy::root}) {
      const auto found = report::bands(line, by);
      CHECK(found.size() <= report::most_bands + 1);
      for (std::size_t i = 0; i < graphs.size(); ++i) {
        std::uint64_t sum = 0;
        for (const report::Band& one : found) sum += one.sizes[i];
        CHECK(sum == graphs[i].installed_size());
      }
    }
  }
}

TEST_CASE("areas of a treemap are to scale and fill it") {
  test::MadeGraph made;
  for (int i = 1; i <= 20; ++i) made.package("p" + std::to_string(i), static_cast<std::uint64_t>(i) * 1000);
  const std::string text = report::treemap_chart(timeline({made.graph()}), {});
  const std::regex rect(
      R"re(<title>p(\d+)-[^<]*</title><rect class="stayed" x="[^"]*" y="[^"]*" width="([^"]*)" height="([^"]*)")re");
  std::size_t found = 0;
  for (std::sregex_iterator at(text.begin(), text.end(), rect), end; at != end; ++at, ++found) {
    const double area = (std::stod((*at)[2]) + 1) * (std::stod((*at)[3]) + 1);
    CHECK(area == Approx(std::stod((*at)[1]) * 900 * 400 / 210).epsilon(0.02));
  }
  CHECK(found == 20);
  CHECK(has(report::treemap_chart(timeline({made.graph()}), {}, 5), "<title>15 others, 120 kB</title>"));
}

TEST_CASE("a treemap tells what came, grew and stayed") {
  const std::string text = report::treemap_chart(two_releases(), {});
  CHECK(has(text, R"(<title>new-0:1-1.x86_64, 30 B</title><rect class="came")"));
  CHECK(has(text, R"(<title>lib-0:1-1.x86_64, 70 B</title><rect class="grew")"));
  CHECK(has(text, R"(<title>app-0:1-1.x86_64, 100 B</title><rect class="stayed")"));
}

TEST_CASE("charts of one release, and of nothing") {
  test::MadeGraph one, none;
  one.package("app", 100).root("app");
  for (const Timeline& line :
       {timeline({one.graph()}), timeline({none.graph()}), timeline({none.graph(), one.graph()})}) {
    for (const auto by : {report::BandsBy::package, report::BandsBy::root}) {
      const std::string text = report::size_chart(line, by, {});
      CHECK_FALSE(has(text, "nan"));
      CHECK_FALSE(has(text, "inf"));
    }
    CHECK_FALSE(has(report::treemap_chart(line, {}), "nan"));
    CHECK_FALSE(has(report::sparkline(line), "nan"));
  }
}

TEST_CASE("nothing from outside becomes markup in a chart or a page") {
  test::MadeGraph made;
  made.package(hostile, 1000).package("b", 2000).needs(hostile, {"b"}, EdgeKind::post, hostile).root(hostile);
  Timeline line = timeline({made.graph(), made.graph()}, hostile);
  line.arch = hostile;
  for (HistoryRecord& one : line.records) one.label = one.date = one.digest = one.lock_digest = hostile;
  std::vector<std::string> texts{report::treemap_chart(line, {}), report::sparkline(line)};
  for (const auto by : {report::BandsBy::package, report::BandsBy::root})
    texts.push_back(report::size_chart(line, by, {}));
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK_FALSE(has(text, "<script"));
    CHECK(count(text, "</title>") == count(text, "<title>"));
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "\xff"));
  }
  std::string page;
  try {
    page = report::history_page_text(hostile, {line});
  } catch (const Error& error) {
    CHECK(has(error.what(), "no D3"));
    return;
  }
  CHECK(count(page, "</script>") == 3);
  CHECK_FALSE(has(page, "alert(1)</script>"));
  CHECK_FALSE(has(page, "\x1b"));
}

TEST_CASE("the name of a chart's file stays in its directory") {
  CHECK(report::chart_file(timeline({{}}, "nginx_1.2"), "a.svg") == "nginx_1.2.x86_64.a.svg");
  CHECK(report::chart_file(timeline({{}}, "../x y"), "a.svg") == "%2e.%2fx%20y.x86_64.a.svg");
  Timeline line = timeline({{}}, "x");
  line.arch = "../../etc/passwd";
  CHECK(report::chart_file(line, "a.svg").find('/') == std::string::npos);
}

}  // namespace
}  // namespace rootlet
