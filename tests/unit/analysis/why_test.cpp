#include "rootlet/analysis.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "analysis/diff.hpp"
#include "analysis/groups.hpp"
#include "made_graph.hpp"

namespace rootlet {
namespace {

std::string ways(const PackageGraph& graph, const analysis::Chains& chains) {
  std::string text;
  for (const analysis::Chain& chain : chains.chains) {
    text += graph.roots[chain.root].name + ": " + test::names(graph, chain.packages) + "\n";
  }
  return text;
}

test::MadeGraph diamond() {
  test::MadeGraph made;
  made.package("app", 1).package("git", 1).package("perl", 1).package("svn", 1).package("tool", 1);
  made.needs("app", {"git"}).needs("app", {"svn"}).needs("git", {"perl"}).needs("svn", {"perl"});
  return made;
}

TEST_CASE("all shortest ways from each root") {
  auto made = diamond();
  made.needs("tool", {"app"}).root("app").root("tool").root("perl");
  const PackageGraph graph = made.graph();
  const auto chains = analysis::chains_to(graph, made.id("perl"), {});
  CHECK(ways(graph, chains) ==
        "app: app git perl\napp: app svn perl\ntool: tool app git perl\ntool: tool app svn perl\nperl: perl\n");
  CHECK(chains.counts == std::vector<std::optional<std::uint64_t>>{2, 2, 1});
}

TEST_CASE("a limit leaves ways out, but counts them") {
  auto made = diamond();
  made.root("app");
  const auto chains = analysis::chains_to(made.graph(), made.id("perl"), {.most = 1});
  CHECK(chains.chains.size() == 1);
  CHECK(chains.counts.front() == 2);
}

TEST_CASE("all ways include the longer ones, shorter ones first") {
  test::MadeGraph made;
  made.package("a", 1).package("b", 1).package("c", 1);
  made.needs("a", {"c"}).needs("a", {"b"}).needs("b", {"c"}).needs("b", {"a"}).root("a");
  const PackageGraph graph = made.graph();
  CHECK(ways(graph, analysis::chains_to(graph, made.id("c"), {.all = true})) == "a: a c\na: a b c\n");
}

TEST_CASE("chains may be as long as a set is large", "[slow]") {
  constexpr std::uint32_t count = 200'000;
  PackageGraph graph;
  for (std::uint32_t i = 0; i < count; ++i)
    graph.packages.push_back({{std::to_string(count + i), 0, "1", "1", "noarch"}, 1});
  for (std::uint32_t i = 0; i + 1 < count; ++i)
    graph.dependencies.push_back({PackageId{i}, "next", EdgeKind::runtime, {}, {PackageId{i + 1}}});
  graph.roots.push_back({Root::Kind::line, "first", {}, {}, {PackageId{0}}});
  for (const bool all : {false, true}) {
    const auto found = analysis::why(graph, PackageId{count - 1}, {.all = all});
    REQUIRE(found.chains.chains.size() == 1);
    CHECK(found.chains.chains.front().packages.size() == count);
    CHECK(found.leaving.broken.size() == count);
  }
  PackageGraph less = graph;
  less.packages.resize(1);
  less.dependencies.clear();
  const PackageDiff diff = analysis::diff(less, graph, [](const Nevra&, const Nevra&) { return 0; });
  REQUIRE(diff.causes.size() == 1);
  CHECK(diff.causes.front().changes.size() == count - 1);
}

TEST_CASE("a package that is there only through scriptlets, weak dependencies or conditions is said to be") {
  test::MadeGraph made;
  made.package("app", 1).package("lib", 1).package("perl", 1).package("shadow", 1).package("tips", 1);
  made.needs("app", {"shadow"}, EdgeKind::pre).needs("shadow", {"lib"}).needs("app", {"tips"}, EdgeKind::recommends);
  made.needs("app", {"perl"}, EdgeKind::runtime, "git").needs("perl", {"lib"}, EdgeKind::runtime, "git").root("app");
  const auto why = [&](const std::string& name) { return analysis::why(made.graph(), made.id(name), {}); };
  CHECK(why("shadow").only_scriptlet);
  CHECK_FALSE(why("shadow").only_weak);
  CHECK(why("tips").only_weak);
  CHECK(why("perl").only_conditional);
  CHECK_FALSE(why("lib").only_scriptlet);
  CHECK_FALSE(why("lib").only_conditional);
  CHECK_FALSE(why("app").only_scriptlet);
}

TEST_CASE("the least cut is nearest to the package") {
  test::MadeGraph made;
  made.package("app", 1).package("git", 1).package("lib", 1).package("perl", 1).package("perl-libs", 1);
  made.needs("app", {"git"}).needs("git", {"perl"}).needs("git", {"perl-libs"}).needs("perl", {"perl-libs"});
  made.needs("app", {"lib"}).root("app");
  const auto leaving = analysis::why(made.graph(), made.id("perl-libs"), {}).leaving;
  CHECK(test::names(made.graph(), leaving.cut) == "git");
  CHECK(test::names(made.graph(), leaving.required_by) == "git perl");
  CHECK(test::names(made.graph(), leaving.broken) == "app git perl perl-libs");
  CHECK(leaving.needed);
}

TEST_CASE("a requirement that another package meets as well holds nothing") {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 1).package("dash", 1).needs("app", {"bash", "dash"}).root("app");
  const auto leaving = analysis::why(made.graph(), made.id("bash"), {}).leaving;
  CHECK_FALSE(leaving.needed);
  CHECK(leaving.cut.empty());
  CHECK(test::names(made.graph(), leaving.broken) == "bash");
}

TEST_CASE("where both that could meet a requirement need the package, it is needed") {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 1).package("dash", 1).package("libc", 1);
  made.needs("app", {"bash", "dash"}).needs("bash", {"libc"}).needs("dash", {"libc"}).root("app");
  const auto leaving = analysis::why(made.graph(), made.id("libc"), {}).leaving;
  CHECK(leaving.needed);
  CHECK(test::names(made.graph(), leaving.cut) == "app");
}

TEST_CASE("a line that names the package has to go, too") {
  auto made = diamond();
  made.root("app").root("perl");
  const auto leaving = analysis::why(made.graph(), made.id("perl"), {}).leaving;
  CHECK(leaving.named_by == std::vector<std::size_t>{1});
  CHECK(test::names(made.graph(), leaving.cut) == "app");
}

/// Whether some root cannot stay without `gone`, where the packages of `immune` have no requirements.
bool holds(const PackageGraph& graph, PackageId gone, const std::set<PackageId>& immune) {
  std::set<PackageId> broken{gone};
  for (bool more = true; more;) {
    more = false;
    for (const Dependency& one : graph.dependencies) {
      if (class_of(one.kind) == KindClass::weak || one.providers.empty()) continue;
      if (immune.contains(one.from) || broken.contains(one.from)) continue;
      const bool all =
          std::all_of(one.providers.begin(), one.providers.end(), [&](PackageId id) { return broken.contains(id); });
      if (all) more = broken.insert(one.from).second;
    }
  }
  for (const PackageId root : analysis::root_packages(graph)) {
    if (root != gone && broken.contains(root)) return true;
  }
  return false;
}

TEST_CASE("random graphs: the cut frees the package, and no smaller one does") {
  std::mt19937 random(4);
  for (int round = 0; round < 400; ++round) {
    const bool choices = round % 2 == 0;
    const PackageGraph graph = test::random_graph(random, 9, 6 + round % 20, choices);
    for (std::uint32_t target = 0; target < 9; ++target) {
      const auto leaving = analysis::why(graph, PackageId{target}, {}).leaving;
      const std::set<PackageId> cut(leaving.cut.begin(), leaving.cut.end());
      CHECK_FALSE(holds(graph, PackageId{target}, cut));
      if (choices) continue;
      std::size_t least = cut.size();
      for (unsigned bits = 0; bits < (1U << 9U); ++bits) {
        std::set<PackageId> some;
        for (std::uint32_t i = 0; i < 9; ++i) {
          if ((bits >> i & 1U) != 0 && i != target) some.insert(PackageId{i});
        }
        if (some.size() < least && !holds(graph, PackageId{target}, some)) least = some.size();
      }
      CHECK(cut.size() == least);
    }
  }
}

/// All ways without a package twice, one by one.
void walk(const std::vector<std::vector<PackageId>>& next, std::vector<PackageId>& way, PackageId to,
          std::vector<std::vector<PackageId>>& found) {
  if (way.back() == to) {
    found.push_back(way);
    return;
  }
  for (const PackageId each : next[index(way.back())]) {
    if (std::find(way.begin(), way.end(), each) != way.end()) continue;
    way.push_back(each);
    walk(next, way, to, found);
    way.pop_back();
  }
}

TEST_CASE("random graphs: ways agree with walking all of them") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const PackageGraph graph = test::random_graph(random, 8, 5 + round % 15, true);
    const PackageId to{static_cast<std::uint32_t>(random() % 8)};
    const auto next = analysis::adjacency(graph);
    const auto shortest = analysis::chains_to(graph, to, {.most = 100000});
    const auto all = analysis::chains_to(graph, to, {.all = true, .most = 100000});
    for (std::size_t r = 0; r < graph.roots.size(); ++r) {
      std::vector<PackageId> way = graph.roots[r].packages;
      std::vector<std::vector<PackageId>> found;
      walk(next, way, to, found);
      std::size_t least = 99;
      for (const auto& one : found) least = std::min(least, one.size());
      const auto count = static_cast<std::uint64_t>(
          std::count_if(found.begin(), found.end(), [&](const auto& one) { return one.size() == least; }));
      const auto listed = [&](const analysis::Chains& chains) {
        return static_cast<std::size_t>(
            std::count_if(chains.chains.begin(), chains.chains.end(), [&](const auto& one) { return one.root == r; }));
      };
      CHECK(all.counts[r] == found.size());
      CHECK(listed(all) == found.size());
      CHECK(shortest.counts[r] == count);
      CHECK(listed(shortest) == count);
    }
  }
}

}  // namespace

TEST_CASE("what a 32-bit package provides, too, holds nothing where that one goes as well") {
  // app needs zlib of any architecture; zlib32 cannot be without zlib64.
  test::MadeGraph made;
  made.package("app", 1).package("old", 1).package("zlib32", 1).package("zlib64", 1);
  made.needs("app", {"zlib32", "zlib64"}).needs("old", {"zlib32"}).needs("zlib32", {"zlib64"});
  made.root("app").root("old");
  const auto leaving = analysis::why(made.graph(), made.id("zlib64"), {}).leaving;
  CHECK(test::names(made.graph(), leaving.cut) == "app zlib32");
  CHECK(test::names(made.graph(), leaving.required_by) == "app zlib32");
  const auto of_32 = analysis::why(made.graph(), made.id("zlib32"), {}).leaving;
  CHECK(test::names(made.graph(), of_32.cut) == "old");
  CHECK(test::names(made.graph(), of_32.required_by) == "old");
}

TEST_CASE("what requires a package and is not in the cut hangs on the cut") {
  std::mt19937 random(7);
  int checked = 0;
  for (int round = 0; round < 300; ++round) {
    const PackageGraph graph = test::random_graph(random, 8, 18, true);
    const PackageId target{static_cast<std::uint32_t>(random() % 8)};
    const auto leaving = analysis::why(graph, target, {}).leaving;
    if (!leaving.named_by.empty() || leaving.cut.empty()) continue;
    const auto broken = [&](PackageId id) {
      return std::find(leaving.broken.begin(), leaving.broken.end(), id) != leaving.broken.end();
    };
    // Past the cut, no root leads to what requires it directly over requirements that nothing else meets.
    std::set<PackageId> seen(leaving.cut.begin(), leaving.cut.end());
    std::vector<PackageId> pending;
    for (const PackageId id : analysis::root_packages(graph)) {
      if (broken(id) && seen.insert(id).second) pending.push_back(id);
    }
    while (!pending.empty()) {
      const PackageId at = pending.back();
      pending.pop_back();
      CHECK(std::find(leaving.required_by.begin(), leaving.required_by.end(), at) == leaving.required_by.end());
      for (const Dependency& one : graph.dependencies) {
        const bool holds = class_of(one.kind) != KindClass::weak && !one.providers.empty() &&
                           std::all_of(one.providers.begin(), one.providers.end(), broken);
        if (one.from != at || !holds) continue;
        for (const PackageId id : one.providers) {
          if (seen.insert(id).second) pending.push_back(id);
        }
      }
    }
    ++checked;
  }
  CHECK(checked > 50);
}

}  // namespace rootlet
