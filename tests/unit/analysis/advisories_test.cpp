#include "analysis/advisories.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "rpm/version.hpp"

namespace rootlet {
namespace {

using Lines = std::vector<std::string>;

Nevra nevra(const std::string& name, const std::string& version, const std::string& arch = "x86_64",
            std::uint32_t epoch = 0, const std::string& release = "1") {
  return {name, epoch, version, release, arch};
}

PackageGraph graph_of(std::vector<Nevra> packages) {
  std::sort(packages.begin(), packages.end());
  PackageGraph graph;
  for (Nevra& one : packages) graph.packages.push_back({.nevra = std::move(one)});
  return graph;
}

Nevra source(const std::string& name, const std::string& version) { return nevra(name, version, "src"); }

Advisory advisory(const std::string& id, std::vector<FixedPackage> packages, std::vector<ModuleStream> modules = {}) {
  Advisory one;
  one.id = id;
  one.type = AdvisoryType::security;
  one.collections.push_back({std::move(modules), std::move(packages)});
  return one;
}

/// "id package fixed-evr" of hits.
Lines texts(const PackageGraph& graph, const std::vector<Advisory>& advisories,
            const std::vector<analysis::AdvisoryHit>& hits) {
  Lines lines;
  for (const analysis::AdvisoryHit& hit : hits) {
    lines.push_back(advisories.at(hit.advisory).id + " " + graph.at(hit.package).nevra.name + "." +
                    graph.at(hit.package).nevra.arch + " " + hit.fixed.evr());
  }
  return lines;
}

analysis::AdvisoryHits hits_in(const analysis::AdvisorySubject& subject, const std::vector<Advisory>& advisories) {
  return analysis::advisory_hits(subject, advisories, rpm::compare_versions);
}

TEST_CASE("an advisory is open in older packages of its name and architecture, and fixed in others") {
  const PackageGraph graph =
      graph_of({nevra("a", "1"), nevra("a", "1", "i686"), nevra("b", "2", "noarch"), nevra("c", "1")});
  const std::vector<Advisory> advisories{
      advisory("one",
               {{nevra("a", "2")}, {nevra("b", "2", "noarch")}, {nevra("c", "0", "x86_64", 1)}, {nevra("d", "9")}}),
      advisory("two", {{nevra("b", "2", "x86_64")}, {nevra("a", "1~rc")}})};
  const auto hits = hits_in({graph}, advisories);
  CHECK(texts(graph, advisories, hits.open) == Lines{"one a.x86_64 0:2-1", "one c.x86_64 1:0-1"});
  CHECK(texts(graph, advisories, hits.fixed) == Lines{"one b.noarch 0:2-1", "two a.x86_64 0:1~rc-1"});
}

TEST_CASE("of several versions only the newest is open") {
  const PackageGraph graph = graph_of({nevra("k", "1"), nevra("k", "3"), nevra("k", "2", "i686")});
  const std::vector<Advisory> advisories{advisory("one", {{nevra("k", "2")}}), advisory("two", {{nevra("k", "4")}}),
                                         advisory("three", {{nevra("k", "4", "")}})};
  const auto hits = hits_in({graph}, advisories);
  CHECK(texts(graph, advisories, hits.open) ==
        Lines{"two k.x86_64 0:4-1", "three k.i686 0:4-1", "three k.x86_64 0:4-1"});
  CHECK(texts(graph, advisories, hits.fixed) == Lines{"one k.x86_64 0:2-1"});
}

TEST_CASE("a collection counts where its stream is active") {
  const PackageGraph graph = graph_of({nevra("a", "1", "x86_64", 0, "1.module+el9"), nevra("b", "1")});
  const std::vector<FixedPackage> packages{{nevra("a", "2")}, {nevra("b", "2")}};
  const std::vector<Advisory> advisories{advisory("plain", packages), advisory("old", packages, {{"m", "old", "c"}}),
                                         advisory("new", packages, {{"m", "new", "c"}, {"n", "old", "c"}})};
  const auto open = [&](std::optional<std::vector<ModuleStream>> streams) {
    return texts(graph, advisories, hits_in({graph, std::move(streams)}, advisories).open);
  };
  const Lines plain{"plain a.x86_64 0:2-1", "plain b.x86_64 0:2-1"};
  CHECK(open(std::vector<ModuleStream>{}) == plain);
  CHECK(open(std::vector<ModuleStream>{{"m", "old", "other"}}) == plain);
  CHECK(open(std::vector<ModuleStream>{{"m", "old", ""}}) ==
        Lines{plain[0], plain[1], "old a.x86_64 0:2-1", "old b.x86_64 0:2-1"});
  CHECK(open(std::nullopt) == Lines{plain[0], plain[1], "old a.x86_64 0:2-1", "new a.x86_64 0:2-1"});
}

TEST_CASE("a fix of a source package is one of all that is built from it") {
  const PackageGraph graph = graph_of({nevra("liba", "1"), nevra("toolb", "1"), nevra("toolb-doc", "2")});
  std::vector<Advisory> advisories{advisory("one", {{.nevra = nevra("b", "2", ""), .of_source = true}})};
  const auto hits = hits_in({graph, {}, {source("a", "1"), source("b", "1"), source("b", "2")}}, advisories);
  CHECK(texts(graph, advisories, hits.open) == Lines{"one toolb.x86_64 0:2-1"});
  CHECK(texts(graph, advisories, hits.fixed) == Lines{"one toolb-doc.x86_64 0:2-1"});
  CHECK(hits_in({graph}, advisories).open.empty());
}

TEST_CASE("without a release only versions count") {
  const PackageGraph graph = graph_of({nevra("a", "2", "x86_64", 0, "0.1")});
  FixedPackage fixed{.nevra = {"a", 0, "2", "", ""}, .has_release = false};
  const std::vector<Advisory> advisories{advisory("one", {fixed})};
  CHECK(hits_in({graph}, advisories).open.empty());
}

TEST_CASE("accepted advisories are not counted") {
  const PackageGraph graph = graph_of({nevra("a", "1"), nevra("b", "1")});
  std::vector<Advisory> advisories{advisory("one", {{nevra("a", "2")}, {nevra("b", "2")}}),
                                   advisory("two", {{nevra("b", "3")}})};
  advisories[0].severity = AdvisorySeverity::critical;
  advisories[1].cves = {"CVE-2026-0001"};
  auto hits = hits_in({graph}, advisories);
  const auto unused =
      analysis::accept(hits, graph, advisories,
                       {{"o*", "a", "r1", "f:1"}, {"CVE-2026-0001", "", "r2", "f:2"}, {"three", "", "r3", "f:3"}});
  CHECK(unused.size() == 1);
  CHECK(unused.front().mark == "f:3");
  auto counts = analysis::count(advisories, hits);
  CHECK(counts.all == 1);
  CHECK(counts.accepted == 1);
  CHECK(counts.by_severity == std::vector<std::size_t>{0, 0, 0, 0, 1});
  const auto exposed = analysis::exposed({graph}, hits, advisories, {}, rpm::compare_versions);
  REQUIRE(exposed.size() == 1);
  CHECK(exposed.front().package == PackageId{1});
  CHECK(exposed.front().fixed == nevra("b", "2"));
}

TEST_CASE("what closes all advisories of a package is the newest of their versions, and what has it") {
  const PackageGraph graph = graph_of({nevra("a", "1")});
  const std::vector<Advisory> advisories{advisory("one", {{nevra("a", "4")}}), advisory("two", {{nevra("a", "2")}}),
                                         advisory("three", {{nevra("c", "2")}})};
  analysis::Reach reach;
  for (const char* version : {"3", "4", "5"})
    reach.available.push_back({{.nevra = nevra("a", version), .repo = version}});
  reach.available.push_back({{.nevra = nevra("a", "9", "i686"), .repo = "other"}});
  reach.available.push_back({{.nevra = nevra("a", "9"), .repo = "excluded"}, true});
  reach.alternatives = {{{.package = nevra("b", "1"), .why = LostBecause::larger},
                         {.package = nevra("c", "1"), .why = LostBecause::larger},
                         {.package = nevra("a", "0"), .why = LostBecause::older}}};
  const auto exposed =
      analysis::exposed({graph}, hits_in({graph}, advisories), advisories, reach, rpm::compare_versions);
  REQUIRE(exposed.size() == 1);
  CHECK(exposed.front().advisories == std::vector<std::size_t>{0, 1});
  CHECK(exposed.front().fixed == nevra("a", "4"));
  REQUIRE(exposed.front().update);
  CHECK(exposed.front().update->repo == "5");
  REQUIRE(exposed.front().prefer.size() == 1);  // c has an advisory of its own
  CHECK(exposed.front().prefer.front().package == nevra("b", "1"));
}

TEST_CASE("an update is judged by its own source package, and one that is excluded is told") {
  const PackageGraph graph = graph_of({nevra("liba", "7")});
  const std::vector<Advisory> advisories{advisory("one", {{.nevra = nevra("a", "2", ""), .of_source = true}}),
                                         advisory("two", {{nevra("liba", "8")}})};
  const analysis::AdvisorySubject subject{graph, {}, {source("a", "1")}};
  analysis::Reach reach;
  const auto add = [&](const char* version, const char* source, bool excluded) {
    reach.available.push_back({{.nevra = nevra("liba", version), .source_rpm = source}, excluded});
  };
  add("8", "a-1-2.src.rpm", false);
  add("9", "a-2-1.src.rpm", true);
  const auto hits = hits_in(subject, advisories);
  auto exposed = analysis::exposed(subject, hits, advisories, reach, rpm::compare_versions);
  REQUIRE(exposed.size() == 1);
  CHECK(exposed.front().fixed == nevra("liba", "8"));
  CHECK_FALSE(exposed.front().update);
  REQUIRE(exposed.front().excluded);
  CHECK(exposed.front().excluded->nevra == nevra("liba", "9"));
  add("10", "a-2-1.src.rpm", false);
  exposed = analysis::exposed(subject, hits, advisories, reach, rpm::compare_versions);
  REQUIRE(exposed.front().update);
  CHECK(exposed.front().update->nevra == nevra("liba", "10"));
  CHECK_FALSE(exposed.front().excluded);
}

TEST_CASE("advisories between two sets are fixed, new, or still open") {
  const PackageGraph before = graph_of({nevra("a", "1"), nevra("b", "1")});
  const PackageGraph after = graph_of({nevra("a", "2"), nevra("b", "1"), nevra("c", "1")});
  std::vector<Advisory> advisories{advisory("one", {{nevra("a", "2")}}), advisory("three", {{nevra("c", "2")}}),
                                   advisory("two", {{nevra("b", "2")}})};
  const auto changes = analysis::changes(advisories, hits_in({before}, advisories), hits_in({after}, advisories));
  CHECK(changes.fixed == std::vector<AdvisoryName>{{"one"}});
  CHECK(changes.fresh == std::vector<AdvisoryName>{{"three"}});
  CHECK(changes.still == std::vector<AdvisoryName>{{"two"}});
}

}  // namespace
}  // namespace rootlet
