#include "history/record.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "../analysis/made_graph.hpp"
#include "analysis/diff.hpp"
#include "history/record_of.hpp"
#include "rootlet/error.hpp"

namespace rootlet {
namespace {

HistoryRecord record_with(PackageGraph graph) {
  HistoryRecord record;
  record.image = "web";
  record.label = "42";
  record.date = "2026-11-22";
  record.arch = "x86_64";
  record.graph = history::kept_of(graph);
  return record;
}

bool same(const PackageGraph& a, const PackageGraph& b) {
  const auto package = [](const GraphPackage& x, const GraphPackage& y) {
    return x.nevra == y.nevra && x.installed_size == y.installed_size && x.obsoletes == y.obsoletes;
  };
  const auto root = [](const Root& x, const Root& y) {
    return x.kind == y.kind && x.name == y.name && x.packages == y.packages;
  };
  return std::equal(a.packages.begin(), a.packages.end(), b.packages.begin(), b.packages.end(), package) &&
         a.dependencies == b.dependencies && a.dependencies_known == b.dependencies_known &&
         std::equal(a.roots.begin(), a.roots.end(), b.roots.begin(), b.roots.end(), root);
}

std::string refused(const std::string& line) {
  try {
    history::from_line(line);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// The record of a small graph, with something in it replaced.
std::string changed(const std::string& from, const std::string& to) {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 10).needs("app", {"bash"}).root("app");
  std::string line = history::to_line(record_with(made.graph()));
  const std::size_t at = line.find(from);
  REQUIRE(at != std::string::npos);
  return line.replace(at, from.size(), to);
}

TEST_CASE("a record is one line of JSON in which packages and capabilities are places") {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 10).package("glibc", 100);
  made.needs("app", {"bash"}, EdgeKind::post).needs_as("app", "libc.so.6(GLIBC_2.34)(64bit)", {"glibc"});
  made.needs_as("bash", "libc.so.6()(64bit)", {"glibc"}).obsoletes("bash", "sh-utils").root("app");
  HistoryRecord record = record_with(made.graph());
  record.graph.packages[2].nevra.epoch = 3;
  record.graph.packages[2].nevra.arch = "noarch";
  record.digest = "sha256:01";
  record.download_size = 55;
  record.graph.idle = {{PackageId{0}, "(a if b)"}, {PackageId{0}, "sh"}, {PackageId{2}, "langpack"}};
  CHECK(history::to_line(record) ==
        R"({"version":2,"image":"web","label":"42","date":"2026-11-22","arch":"x86_64","digest":"sha256:01",)"
        R"("summary":{"packages":3,"installed_size":111,"download_size":55},)"
        R"("packages":[["app-1-1",1,0,1],["bash-1-1",10,0],["glibc-3:1-1","noarch",100]],)"
        R"x("capabilities":[["libc.so(64bit)",2],["cap-bash",1]],"kinds":{"post":[[0,1]]},)x"
        R"x("obsoletes":[[1,"sh-utils"]],"roots":[["app","line",0]],"idle":[[0,"(a if b)","sh"],[2,"langpack"]]})x");
}

TEST_CASE("a record has an image's layers, which makes it of version 3") {
  test::MadeGraph made;
  made.package("app", 1).package("glibc", 100).root("app");
  HistoryRecord record = record_with(made.graph());
  record.layers = {{"sha256:aa", 40, {PackageId{1}}}, {"sha256:bb", 7, {}}};
  const std::string line = history::to_line(record);
  CHECK(line.starts_with(R"({"version":3,)"));
  CHECK(line.ends_with(R"("layers":[["sha256:aa",40,1],["sha256:bb",7]]})"));
  CHECK(history::from_line(line).layers == record.layers);
  record.layers.front().packages = {PackageId{2}};
  CHECK(refused(history::to_line(record)) == "layers[0][2]: there is no package 2");
}

TEST_CASE("a record says where its sizes are what stays in the image") {
  test::MadeGraph made;
  made.package("app", 10).package("bash", 100).needs("app", {"bash"}).root("app");
  inspect::Target target;
  target.graph = made.graph();
  const history::RecordWords release{"web", "42", "2026-11-22", ""};
  CHECK_FALSE(history::record_of(target, release).sizes_kept);
  target.graph.packages[0].kept_size = 7;
  CHECK_FALSE(history::record_of(target, release).sizes_kept);
  target.graph.packages[1].kept_size = 70;
  const HistoryRecord record = history::from_line(history::to_line(history::record_of(target, release)));
  CHECK(record.sizes_kept);
  CHECK(record.totals().installed_size == 77);
  const std::string line = history::to_line(record);
  CHECK(line.find(R"("sizes":"kept")") != std::string::npos);
  CHECK(refused(std::string(line).replace(line.find("kept"), 4, "some")) == "sizes: 'some' is not 'kept'");
}

TEST_CASE("what was written is what is read, whatever the graph") {
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const auto count = static_cast<std::uint32_t>(1 + random() % 30);
    HistoryRecord record = record_with(test::random_graph(random, count, count * 3, true));
    record.lock_digest = "sha256:ab";
    record.compressed_size = random();
    if (i % 3 > 0) record.graph.idle.emplace();
    if (i % 3 > 1) record.graph.idle->push_back({PackageId{static_cast<std::uint32_t>(random() % count)}, "idle"});
    const std::string line = history::to_line(record);
    const HistoryRecord read = history::from_line(line);
    REQUIRE(same(read.graph, record.graph));
    REQUIRE(read.graph.idle == record.graph.idle);
    REQUIRE(read.lock_digest == record.lock_digest);
    REQUIRE(read.compressed_size == record.compressed_size);
    REQUIRE(history::to_line(read) == line);
  }
}

TEST_CASE("a difference of two records has the bytes and packages of that of their graphs") {
  const auto compare = [](const Nevra& a, const Nevra& b) { return a.version.compare(b.version); };
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    const auto some = [&] {
      return test::random_graph(random, static_cast<std::uint32_t>(2 + random() % 20), 40, true);
    };
    const PackageGraph before = some();
    const PackageGraph after = some();
    const PackageDiff whole = analysis::diff(before, after, compare);
    const PackageDiff kept = analysis::diff(history::from_line(history::to_line(record_with(before))).graph,
                                            history::from_line(history::to_line(record_with(after))).graph, compare);
    REQUIRE(kept.bytes() == whole.bytes());
    REQUIRE(kept.changes.size() == whole.changes.size());
    for (std::size_t c = 0; c < kept.changes.size(); ++c) {
      REQUIRE(kept.changes[c].before == whole.changes[c].before);
      REQUIRE(kept.changes[c].after == whole.changes[c].after);
    }
  }
}

TEST_CASE("of the versions of a capability one is kept, and of several kinds the one that binds most") {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 10).package("dash", 100).root("app");
  made.needs_as("app", "shell >= 1", {"bash"}).needs_as("app", "shell < 9", {"bash"});
  made.needs_as("dash", "shell >= 7", {"dash"});
  PackageGraph graph = made.graph();
  graph.dependencies[0].kind = EdgeKind::postun;
  const PackageGraph kept = history::kept_of(graph);
  REQUIRE(kept.dependencies.size() == 2);
  CHECK(kept.dependencies[0].capability == "shell");
  CHECK(kept.dependencies[0].kind == EdgeKind::runtime);
  CHECK(kept.dependencies[1].providers == made.ids({"dash"}));
}

TEST_CASE("a record does not say where a package file was") {
  test::MadeGraph made;
  made.package("app", 1).root("app");
  PackageGraph graph = made.graph();
  graph.roots.front().name = "/somewhere/app-1-1.x86_64.rpm";
  graph.roots.front().mark = {"/somewhere/web.yaml", 3, 1};
  const std::string line = history::to_line(record_with(graph));
  CHECK(line.find("app-1-1.x86_64.rpm") != std::string::npos);
  CHECK(line.find("somewhere") == std::string::npos);
}

TEST_CASE("what is no record is refused with what is wrong") {
  CHECK(refused(changed("", "")).empty());
  CHECK(refused("") == "it is not JSON");
  CHECK(refused("<<<<<<< HEAD") == "it is not JSON");
  CHECK(refused("[1]") == "it is no record");
  CHECK(refused(changed("\"version\":2", "\"version\":5")) == "version 5 is newer than this program knows (4)");
  CHECK(refused(changed("\"version\":2", "\"version\":0")) == "version: there is no version 0");
  CHECK(refused(changed("\"label\"", "\"lable\"")) == "lable: unknown field (did you mean 'label'?)");
  CHECK(refused(changed("\"web\"", "\"../web\"")) == "image: '../web' is no name of an image");
  CHECK(refused(changed("11-22", "11-31")) == "date: '2026-11-31' is no date such as 2026-11-22");
  CHECK(refused(changed("\"packages\":2", "\"packages\":3")) == "summary.packages: the record lists 2 packages");
  CHECK(refused(changed("\"installed_size\":11", "\"installed_size\":12")) ==
        "summary.installed_size: the sizes of its packages add up to 11");
  CHECK(refused(changed("bash-1-1", "bash")) == "packages[1][0]: 'bash' is not NAME-VERSION-RELEASE");
  CHECK(refused(changed("bash-1-1", "bash-x:1-1")) == "packages[1][0]: 'bash-x:1-1' has no number for an epoch");
  CHECK(refused(changed("app-1-1", "zap-1-1")) == "packages[1]: packages that are not in order");
  CHECK(refused(changed("\"app-1-1\",1,0", "\"app-1-1\",1,7")) == "packages: there is no capability 7");
  CHECK(refused(changed("\"app-1-1\",1,0", "\"app-1-1\",-1,0")) ==
        "packages[0][1]: expected a whole number from 0 to 9007199254740992, found -1");
  CHECK(refused(changed("\"line\",0", "\"line\",2")) == "roots[0][2]: there is no package 2");
  CHECK(refused(changed("\"line\",0", "\"root\",0")) == "roots[0][1]: unknown kind of root 'root'");
  CHECK(refused(changed("[\"app-1-1\",1,0]", "[]")) == "packages[0]: expected at least 2 entries");
  CHECK(refused(changed("\"app-1-1\",1,0", "\"app-1-1\",9007199254740992,0")) ==
        "packages[1]: sizes that no disk holds");
}

}  // namespace
}  // namespace rootlet
