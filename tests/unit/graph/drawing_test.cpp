#include "graph/drawing.hpp"

#include <catch2/catch.hpp>
#include <clocale>
#include <cmath>

#include "../analysis/made_graph.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

test::MadeGraph made() {
  test::MadeGraph made;
  made.package("app", 90'000).package("glibc", 4'000'000).package("glibc-common", 1'000'000).package("tips", 1);
  made.needs("app", {"glibc"}).needs("glibc", {"glibc-common"}).needs("glibc-common", {"glibc"});
  made.needs("app", {"tips"}, EdgeKind::recommends).root("app");
  return made;
}

const graph::Shape& shape_of(const analysis::View& view, const graph::Drawing& drawing, const std::string& label) {
  for (std::size_t i = 0; i < view.nodes.size(); ++i) {
    if (view.nodes[i].label == label && view.nodes[i].kind != analysis::ViewNode::Kind::root) return drawing.nodes[i];
  }
  throw Error("no node " + label);
}

TEST_CASE("areas are to scale, but never too small to see") {
  const auto view = analysis::view_of(made().graph());
  const auto drawing = graph::draw(view);
  const auto area = [&](const std::string& label) { return std::pow(shape_of(view, drawing, label).side, 2); };
  CHECK(area("glibc") / area("glibc-common") == Approx(4));
  CHECK(area("glibc") / area("app") == Approx(4'000'000 / 90'000.0));
  CHECK(area("glibc") * drawing.bytes_per_pixel == Approx(4'000'000));
  CHECK(area("tips") == Approx(16));
  CHECK_FALSE(shape_of(view, drawing, "tips").to_scale);
  CHECK(shape_of(view, drawing, "app").to_scale);
}

TEST_CASE("nodes are inside the drawing and beside each other, edges lead from left to right") {
  const auto view = analysis::view_of(made().graph());
  const auto drawing = graph::draw(view);
  REQUIRE(drawing.nodes.size() == view.nodes.size());
  REQUIRE(drawing.edges.size() == view.edges.size());
  // dot rounds to whole points here and there.
  for (std::size_t i = 0; i < drawing.nodes.size(); ++i) {
    const graph::Shape& a = drawing.nodes[i];
    CHECK(a.centre.x - a.width / 2 >= -1);
    CHECK(a.centre.x + a.width / 2 <= drawing.width + 1);
    CHECK(a.centre.y - a.height / 2 >= -1);
    CHECK(a.centre.y + a.height / 2 <= drawing.height + 1);
    for (std::size_t j = 0; j < i; ++j) {
      const graph::Shape& b = drawing.nodes[j];
      const bool apart = std::abs(a.centre.x - b.centre.x) >= (a.width + b.width) / 2 - 1 ||
                         std::abs(a.centre.y - b.centre.y) >= (a.height + b.height) / 2 - 1;
      CHECK(apart);
    }
  }
  for (const auto& points : drawing.edges) CHECK(points.size() % 3 == 1);
  CHECK(drawing.nodes[0].centre.x < shape_of(view, drawing, "app").centre.x);
  CHECK(shape_of(view, drawing, "app").centre.x < shape_of(view, drawing, "glibc").centre.x);
  REQUIRE(drawing.clusters.size() == 1);
  for (const char* name : {"glibc", "glibc-common"}) {
    const graph::Shape shape = shape_of(view, drawing, name);
    CHECK(drawing.clusters[0].from.x <= shape.centre.x - shape.width / 2);
    CHECK(drawing.clusters[0].to.x >= shape.centre.x + shape.width / 2);
    CHECK(drawing.clusters[0].from.y <= shape.centre.y - shape.height / 2);
    CHECK(drawing.clusters[0].to.y >= shape.centre.y + shape.height / 2);
  }
}

TEST_CASE("an empty view is an empty drawing") {
  CHECK(graph::draw({}).nodes.empty());
  CHECK(graph::dot_text({}, {}).find("digraph packages") == 0);
}

TEST_CASE("long labels are shortened by characters, not bytes") {
  test::MadeGraph graph;
  std::string name;
  for (int i = 0; i < 50; ++i) name += "ä";
  graph.package(name, 1);
  const auto drawing = graph::draw(analysis::view_of(graph.graph()));
  std::string expected;
  for (int i = 0; i < 40; ++i) expected += "ä";
  CHECK(drawing.nodes.at(0).label == expected + "…");
}

TEST_CASE("large graphs are drawn reduced, and the largest not at all") {
  analysis::View view;
  for (std::size_t i = 0; i < 60; ++i) {
    view.nodes.push_back({analysis::ViewNode::Kind::package, "p-" + std::to_string(100 + i), "p", 1});
  }
  for (std::size_t i = 0; i < 60; ++i) {
    for (std::size_t j = i + 1; j < 60; ++j) view.edges.push_back({i, j, {{}}});
  }
  const auto drawn = graph::drawable(view);
  CHECK(drawn.edges.size() == 59);
  CHECK(drawn.implied == 60 * 59 / 2 - 59);
  CHECK(graph::draw(drawn).edges.size() == 59);
  view.nodes.resize(20'001);
  CHECK_THROWS_WITH(graph::draw(view),
                    "cannot draw the graph: it has 20,001 nodes and 1,770 edges, and 20,000 of each "
                    "can be drawn");
}

TEST_CASE("no locale of the host shows in a drawing") {
  const auto view = analysis::view_of(made().graph());
  const auto before = graph::draw(view);
  const char* found = std::setlocale(LC_ALL, "de_DE.UTF-8");
  if (found == nullptr) WARN("the locale de_DE.UTF-8 is not here");
  const auto after = graph::draw(view);
  std::setlocale(LC_ALL, "C");
  for (std::size_t i = 0; i < before.nodes.size(); ++i) {
    CHECK(before.nodes[i].centre.x == after.nodes[i].centre.x);
    CHECK(before.nodes[i].centre.y == after.nodes[i].centre.y);
  }
}

TEST_CASE("the order of groups in a drawing does not depend on where memory was free") {
  test::MadeGraph made;
  for (int i = 0; i < 40; ++i) {
    const std::string one = "group" + std::to_string(i);
    made.package(one, 100).package(one + "-libs", 50).needs(one, {one + "-libs"}).needs(one + "-libs", {one}).root(one);
  }
  const PackageGraph graph = made.graph();
  const auto view = analysis::view_of(graph);
  const std::string first = graph::dot_text(graph, view);
  const auto drawn = graph::draw(view);
  REQUIRE(drawn.clusters.size() == 40);
  std::vector<std::string> kept;
  for (std::size_t round = 0; round < 5; ++round) {
    // What is freed from between others is where the next names go.
    std::vector<std::string> freed;
    for (std::size_t i = 0; i < 500; ++i) {
      (i % 3 == 0 ? kept : freed).emplace_back(17 + (i * 7 + round) % 60, 'x');
    }
    freed.erase(freed.begin(), freed.begin() + static_cast<long>(freed.size() / 2));
    freed.clear();
    CHECK(graph::dot_text(graph, view) == first);
    const auto again = graph::draw(view);
    for (std::size_t i = 0; i < drawn.clusters.size(); ++i) CHECK(again.clusters[i].from.y == drawn.clusters[i].from.y);
  }
}

TEST_CASE("no text of a package is an escape or an entity in DOT") {
  test::MadeGraph graph;
  graph.package("\\N\\G\\l", 1).package("a\"b&amp;\\", 1).package("<b>x</b>\n\x1b\xff", 1);
  graph.needs("\\N\\G\\l", {"a\"b&amp;\\"}).root("\\N\\G\\l");
  const std::string text = graph::dot_text(graph.graph(), analysis::view_of(graph.graph()));
  CHECK(text.find(R"(label="\\N\\G\\l\n1 B")") != std::string::npos);
  CHECK(text.find(R"(label="a\"b&amp;amp;\\\n1 B")") != std::string::npos);
  CHECK(text.find(R"(label="<b>x</b>\\x0a\\x1b)"
                  "\xef\xbf\xbd") != std::string::npos);
}

}  // namespace
}  // namespace rootlet
