#include "analysis/groups.hpp"

#include <catch2/catch.hpp>

#include "made_graph.hpp"
#include "rootlet/analysis.hpp"

namespace rootlet {
namespace {

TEST_CASE("packages that require each other are one group, and groups come before what they require") {
  test::MadeGraph made;
  made.package("bash", 1).package("glibc", 10).package("httpd", 100).package("ncurses", 1000);
  made.needs("httpd", {"bash"}).needs("bash", {"ncurses"}).needs("ncurses", {"glibc"}).needs("glibc", {"bash"});
  const PackageGraph graph = made.graph();
  const analysis::Groups groups = analysis::groups_of(graph);
  REQUIRE(groups.members.size() == 2);
  CHECK(test::names(graph, groups.members[0]) == "httpd");
  CHECK(test::names(graph, groups.members[1]) == "bash glibc ncurses");
  CHECK(groups.needs[0] == std::vector{analysis::GroupId{1}});
}

TEST_CASE("groups follow only the kinds that are asked for") {
  test::MadeGraph made;
  made.package("a", 1).package("b", 1).needs("a", {"b"}).needs("b", {"a"}, EdgeKind::post);
  CHECK(analysis::groups_of(made.graph()).members.size() == 1);
  CHECK(analysis::groups_of(made.graph(), {.scriptlet = false}).members.size() == 2);
}

TEST_CASE("random graphs: two packages are in one group exactly if each leads to the other") {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const PackageGraph graph = test::random_graph(random, 12, 8 + round % 20, true);
    const analysis::Groups groups = analysis::groups_of(graph);
    const auto next = analysis::adjacency(graph);
    std::vector<std::vector<bool>> leads;
    for (std::uint32_t i = 0; i < 12; ++i) leads.push_back(analysis::reachable(next, {PackageId{i}}));
    for (std::size_t a = 0; a < 12; ++a) {
      for (std::size_t b = 0; b < 12; ++b) {
        CHECK((groups.of[a] == groups.of[b]) == (leads[a][b] && leads[b][a]));
        if (leads[a][b]) CHECK(groups.of[a] <= groups.of[b]);
      }
    }
  }
}

}  // namespace
}  // namespace rootlet
