#include "rootlet/analysis.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "made_graph.hpp"

namespace rootlet {
namespace {

std::string name_of(const analysis::View& view, std::size_t node) {
  const analysis::ViewNode& one = view.nodes[node];
  return one.kind == analysis::ViewNode::Kind::root ? "[" + one.label + "]" : one.label;
}

/// "[app] app lib | [app]>app app>lib".
std::string text(const analysis::View& view) {
  std::string text;
  for (std::size_t i = 0; i < view.nodes.size(); ++i) text += (i > 0 ? " " : "") + name_of(view, i);
  text += " |";
  for (const analysis::ViewEdge& edge : view.edges) {
    text +=
        " " + name_of(view, edge.from) + (edge.strongest == KindClass::runtime ? ">" : "~") + name_of(view, edge.to);
  }
  return text;
}

/// app needs git and svn, both need perl; tool needs app; perl and perl-libs need each other; tips is recommended.
test::MadeGraph made() {
  test::MadeGraph made;
  for (const char* name : {"app", "git", "perl", "perl-libs", "svn", "tips", "tool"}) made.package(name, 10);
  made.needs("app", {"git"}).needs("app", {"svn"}).needs("git", {"perl"}).needs("svn", {"perl"});
  made.needs("perl", {"perl-libs"}).needs("perl-libs", {"perl"}).needs("tool", {"app"});
  made.needs("app", {"perl"}, EdgeKind::post).needs("app", {"tips"}, EdgeKind::recommends);
  made.root("app").root("tool");
  return made;
}

TEST_CASE("a view has roots first, then packages by id, and one edge for each pair") {
  test::MadeGraph twice = made();
  twice.needs("git", {"perl"}, EdgeKind::pre);
  const auto view = analysis::view_of(twice.graph());
  CHECK(text(view) ==
        "[app] [tool] app git perl-libs perl svn tips tool | [app]>app [tool]>tool app>git app~perl app>svn app~tips "
        "git>perl perl-libs>perl perl>perl-libs svn>perl tool>app");
  REQUIRE(view.clusters.size() == 1);
  CHECK(view.clusters[0].nodes == std::vector<std::size_t>{4, 5});
  const auto& git = view.edges[6];
  CHECK(git.requirements.size() == 2);
  CHECK(git.strongest == KindClass::runtime);
  CHECK(analysis::edge_id(view, git) == "e-p-git_2ex86_5f64_-p-perl_2ex86_5f64");
}

TEST_CASE("a focus keeps what leads to it and what it requires, to a depth") {
  const test::MadeGraph graph = made();
  analysis::ViewOptions options{.focus = graph.id("git")};
  CHECK(text(analysis::view_of(graph.graph(), options)) ==
        "[app] [tool] app git perl-libs perl tool | [app]>app [tool]>tool app>git git>perl perl-libs>perl "
        "perl>perl-libs tool>app");
  options.depth = 1;
  CHECK(text(analysis::view_of(graph.graph(), options)) == "app git perl | app>git git>perl");
  options.depth = 2;
  CHECK(text(analysis::view_of(graph.graph(), options)) ==
        "[app] app git perl-libs perl tool | [app]>app app>git git>perl perl-libs>perl perl>perl-libs tool>app");
}

TEST_CASE("without a focus a depth counts from the roots") {
  const test::MadeGraph graph = made();
  CHECK(text(analysis::view_of(graph.graph(), {.depth = 1})) ==
        "[app] [tool] app tool | [app]>app [tool]>tool tool>app");
}

TEST_CASE("kinds leave out what only others join, and say what no root leads to any more") {
  const test::MadeGraph graph = made();
  const auto weak = analysis::view_of(graph.graph(), {.kinds = {.runtime = false, .scriptlet = false, .other = false}});
  CHECK(text(weak) == "[app] [tool] app tips tool | [app]>app [tool]>tool app~tips");
  test::MadeGraph hooked = made();
  hooked.package("hook", 1).package("lib", 1).needs("app", {"hook"}, EdgeKind::post).needs("hook", {"lib"});
  const auto runtime = analysis::view_of(hooked.graph(), {.kinds = {.scriptlet = false}});
  for (const analysis::ViewNode& node : runtime.nodes) {
    CHECK(node.reached == (node.label != "hook" && node.label != "lib"));
  }
}

TEST_CASE("groups collapse to one node with all that they require") {
  test::MadeGraph graph = made();
  graph.package("zlib", 1).needs("perl-libs", {"zlib"});
  const auto view = analysis::view_of(graph.graph(), {.collapse = true});
  CHECK(text(view) ==
        "[app] [tool] perl + 1 app git svn tips tool zlib | [app]>app [tool]>tool perl + 1>zlib app~perl + 1 app>git "
        "app>svn app~tips git>perl + 1 svn>perl + 1 tool>app");
  CHECK(view.nodes[2].id == "g-perl_2ex86_5f64");
  CHECK(view.nodes[2].size == 20);
  CHECK(view.clusters.empty());
}

TEST_CASE("a reduction leaves out what a longer way says, too") {
  const auto view = analysis::view_of(made().graph(), {.reduce = true});
  CHECK(text(view) ==
        "[app] [tool] app git perl-libs perl svn tips tool | [app]>app [tool]>tool app>git app>svn app~tips git>perl "
        "perl-libs>perl perl>perl-libs svn>perl tool>app");
  CHECK(view.implied == 1);
}

TEST_CASE("a requirement names what else would do; an unmet one is no edge") {
  test::MadeGraph graph = made();
  graph.needs("tips", {"git", "svn"}).needs("tips", {});
  const auto view = analysis::view_of(graph.graph());
  REQUIRE(view.unmet.size() == 1);
  CHECK(view.nodes[view.unmet[0].from].label == "tips");
  const auto edge = std::find_if(view.edges.begin(), view.edges.end(),
                                 [&](const analysis::ViewEdge& one) { return name_of(view, one.from) == "tips"; });
  REQUIRE(edge != view.edges.end());
  CHECK(edge->requirements.at(0).others == std::vector<PackageId>{graph.id("svn")});
}

TEST_CASE("ids do for XML and CSS, and tell apart what shares a name") {
  PackageGraph graph;
  const auto add = [&](const std::string& name, const std::string& version, const std::string& arch) {
    graph.packages.push_back({Nevra{name, 0, version, "1", arch}});
  };
  add("a_b", "1", "x86_64");
  add("kernel", "1", "noarch");
  add("kernel", "2", "noarch");
  add("kernel", "2", "noarch");
  add("<script>\n", "1", "noarch");
  CHECK(analysis::node_ids(graph) ==
        std::vector<std::string>{"p-a_5fb_2ex86_5f64", "p-kernel-0_3a1-1_2enoarch", "p-kernel-0_3a2-1_2enoarch",
                                 "p-kernel-0_3a2-1_2enoarch_x2", "p-_3cscript_3e_0a_2enoarch"});
  // They are what they are, whatever else is there.
  graph.packages.erase(graph.packages.begin() + 1, graph.packages.begin() + 4);
  CHECK(analysis::node_ids(graph) == std::vector<std::string>{"p-a_5fb_2ex86_5f64", "p-_3cscript_3e_0a_2enoarch"});
}

/// Which nodes each node leads to.
std::vector<std::set<std::size_t>> closure(const analysis::View& view) {
  std::vector<std::set<std::size_t>> reach(view.nodes.size());
  for (bool grown = true; grown;) {
    grown = false;
    for (const analysis::ViewEdge& edge : view.edges) {
      const std::size_t before = reach[edge.from].size();
      reach[edge.from].insert(edge.to);
      reach[edge.from].insert(reach[edge.to].begin(), reach[edge.to].end());
      grown = grown || reach[edge.from].size() != before;
    }
  }
  return reach;
}

TEST_CASE("a reduction of a random graph leads to the same, and nothing of it can be left out") {
  std::mt19937 random(4711);
  for (int round = 0; round < 30; ++round) {
    const PackageGraph graph = test::random_graph(random, 12, 30, true);
    const auto whole = analysis::view_of(graph);
    const auto reduced = analysis::view_of(graph, {.reduce = true});
    CHECK(reduced.edges.size() + reduced.implied == whole.edges.size());
    const auto reach = closure(whole);
    CHECK(closure(reduced) == reach);
    for (std::size_t i = 0; i < reduced.edges.size(); ++i) {
      const analysis::ViewEdge& edge = reduced.edges[i];
      if (edge.requirements.empty() || reach[edge.to].contains(edge.from)) continue;
      // Between two groups there may be several edges: all of them go.
      auto less = reduced;
      std::erase_if(less.edges, [&](const analysis::ViewEdge& one) {
        const auto together = [&](std::size_t a, std::size_t b) {
          return a == b || (reach[a].contains(b) && reach[b].contains(a));
        };
        return !one.requirements.empty() && together(one.from, edge.from) && together(one.to, edge.to);
      });
      CHECK(closure(less) != reach);
    }
  }
}

}  // namespace
}  // namespace rootlet
