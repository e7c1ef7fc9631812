#include "rootlet/analysis.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "analysis/groups.hpp"
#include "made_graph.hpp"

namespace rootlet {
namespace {

TEST_CASE("a package takes along what only it leads to") {
  test::MadeGraph made;
  made.package("app", 1).package("lib", 10).package("perl", 100).package("perl-libs", 1000).package("tool", 10000);
  made.needs("app", {"lib"}).needs("app", {"perl"}).needs("perl", {"perl-libs"}).needs("perl", {"lib"});
  made.root("app").root("tool").needs("tool", {"lib"});
  const analysis::Costs costs = analysis::costs(made.graph());
  const auto cost = [&](const std::string& name) { return costs.packages[index(made.id(name))]; };
  CHECK(cost("perl").exclusive == 1100);
  CHECK(cost("perl").exclusive_packages == 2);
  CHECK(cost("perl").shared == 10);
  CHECK(cost("app").exclusive == 1101);
  CHECK(cost("lib").exclusive == 10);
  CHECK(costs.roots[0].exclusive == 1101);
  CHECK(costs.roots[1].exclusive == 10000);
  CHECK(costs.roots[1].shared == 10);
}

/// What is left of a graph without the packages of `gone`, by walking anew from the roots and from what none leads to.
std::uint64_t remaining(const PackageGraph& graph, const std::set<PackageId>& gone,
                        const std::vector<PackageId>& idle) {
  std::set<PackageId> seen;
  std::vector<PackageId> pending = idle;
  for (const PackageId id : analysis::root_packages(graph)) pending.push_back(id);
  std::uint64_t size = 0;
  while (!pending.empty()) {
    const PackageId at = pending.back();
    pending.pop_back();
    if (gone.contains(at) || !seen.insert(at).second) continue;
    size += graph.at(at).installed_size;
    for (const Dependency& one : graph.dependencies) {
      if (one.from == at) pending.insert(pending.end(), one.providers.begin(), one.providers.end());
    }
  }
  return size;
}

TEST_CASE("random graphs: exclusive sizes agree with taking each package away and walking anew") {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    const PackageGraph graph = test::random_graph(random, 15, 10 + round % 30, true);
    const analysis::Costs costs = analysis::costs(graph);
    const analysis::Groups groups = analysis::groups_of(graph);
    const auto reached = analysis::reachable(analysis::adjacency(graph), analysis::root_packages(graph));
    const auto idle = analysis::unreached(graph);
    std::uint64_t own = 0;
    for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
      own += costs.packages[i].own;
      if (!reached[i]) continue;
      const auto& group = groups.members[index(groups.of[i])];
      const std::uint64_t less = remaining(graph, {group.begin(), group.end()}, idle);
      CHECK(costs.packages[i].exclusive == graph.installed_size() - less);
    }
    CHECK(own == graph.installed_size());
  }
}

TEST_CASE("random graphs: what a root alone keeps agrees with walking from the others") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    const PackageGraph graph = test::random_graph(random, 15, 10 + round % 30, true);
    const analysis::Costs costs = analysis::costs(graph);
    const auto idle = analysis::unreached(graph);
    for (std::size_t r = 0; r < graph.roots.size(); ++r) {
      PackageGraph others = graph;
      others.roots.erase(others.roots.begin() + static_cast<std::ptrdiff_t>(r));
      CHECK(costs.roots[r].exclusive == graph.installed_size() - remaining(others, {}, idle));
    }
  }
}

TEST_CASE("without a package, what only it led to leaves, and what requires it is in need") {
  test::MadeGraph made;
  made.package("app", 1).package("lib", 10).package("perl", 100).package("perl-libs", 1000);
  made.needs("app", {"perl"}).needs("perl", {"perl-libs"}).needs("app", {"lib"}, EdgeKind::recommends).root("app");
  const PackageGraph graph = made.graph();
  const auto left = analysis::without(graph, {made.id("perl")}, {});
  CHECK(test::names(graph, left.leaving) == "perl perl-libs");
  CHECK(test::names(graph, left.staying) == "app lib");
  CHECK(test::names(graph, left.in_need) == "app");
  const auto strong = analysis::without(graph, {}, {.weak = false});
  CHECK(test::names(graph, strong.leaving) == "lib");
  CHECK(strong.in_need.empty());
}

TEST_CASE("what no root leads to is counted, and stays") {
  test::MadeGraph made;
  made.package("app", 1).package("old", 10).package("old-libs", 100).needs("old", {"old-libs"}).root("app");
  const PackageGraph graph = made.graph();
  CHECK(test::names(graph, analysis::unreached(graph)) == "old old-libs");
  CHECK(analysis::costs(graph).packages[1].exclusive == 110);
  CHECK(test::names(graph, analysis::without(graph, {made.id("app")}, {}).staying) == "old old-libs");
}

}  // namespace
}  // namespace rootlet
