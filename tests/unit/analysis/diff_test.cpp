#include "analysis/diff.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "made_graph.hpp"
#include "rootlet/report.hpp"

namespace rootlet {
namespace {

int compare(const Nevra& a, const Nevra& b) { return a.version.compare(b.version); }

/// "+110: app-… now requires …: perl perl-libs", a line for each cause.
std::string told(const PackageGraph& before, const PackageGraph& after) {
  const PackageDiff diff = analysis::diff(before, after, compare);
  std::string text;
  for (const ChangeCause& cause : diff.causes) {
    text += std::to_string(cause.bytes) + ": " + report::sentence(diff, cause) + ":";
    for (const std::size_t place : cause.changes) {
      const PackageChange& change = diff.changes[place];
      text += " " + std::string(change_kind_name(change.kind)) + " ";
      text += change.after ? change.after->str() : change.before->str();
    }
    text += "\n";
  }
  return text;
}

test::MadeGraph base() {
  test::MadeGraph made;
  made.package("app", 1).package("bash", 10).package("glibc", 100);
  return made.needs("app", {"bash"}).needs("bash", {"glibc"}).root("app");
}

TEST_CASE("nothing differs between a set and itself") { CHECK(told(base().graph(), base().graph()).empty()); }

TEST_CASE("a new requirement brings what it leads to") {
  auto after = base();
  after.package("perl", 1000).package("perl-libs", 2000).needs("app", {"perl"}).needs("perl", {"perl-libs"});
  CHECK(told(base().graph(), after.graph()) ==
        "3000: app-0:1-1.x86_64 now requires cap-perl: added perl-libs-0:1-1.x86_64 added perl-0:1-1.x86_64\n");
  CHECK(told(after.graph(), base().graph()) ==
        "-3000: app-0:1-1.x86_64 required cap-perl, its successor does not: removed perl-libs-0:1-1.x86_64 removed "
        "perl-0:1-1.x86_64\n");
}

TEST_CASE("a requirement that was there before, and is met now, is not called new") {
  auto before = base();
  before.idle("app", "/usr/sbin/groupadd");
  auto after = base();
  after.package("shadow", 7).needs_as("app", "/usr/sbin/groupadd", {"shadow"});
  CHECK(told(before.graph(), after.graph()) ==
        "7: app-0:1-1.x86_64 requires /usr/sbin/groupadd, for which no other package was there before: "
        "added shadow-0:1-1.x86_64\n");
  CHECK(told(after.graph(), before.graph()) ==
        "-7: app-0:1-1.x86_64 required /usr/sbin/groupadd, for which no other package is there any more: "
        "removed shadow-0:1-1.x86_64\n");
}

TEST_CASE("where it is not known what a package asked for in vain, no requirement is called new") {
  PackageGraph before = base().graph();
  before.idle.reset();
  auto after = base();
  after.package("perl", 7).needs("app", {"perl"});
  CHECK(told(before, after.graph()) ==
        "7: app-0:1-1.x86_64 requires cap-perl, for which no other package was there before: added "
        "perl-0:1-1.x86_64\n");
}

TEST_CASE("recommendations and supplements are told as such") {
  auto after = base();
  after.package("docs", 7).needs("app", {"docs"}, EdgeKind::recommends);
  CHECK(told(base().graph(), after.graph()) ==
        "7: app-0:1-1.x86_64 now recommends cap-docs: added docs-0:1-1.x86_64\n");
  auto supplemented = base();
  supplemented.package("langpack", 3).needs("bash", {"langpack"}, EdgeKind::supplements);
  CHECK(told(base().graph(), supplemented.graph()) ==
        "3: langpack-0:1-1.x86_64 supplements cap-langpack, bash-0:1-1.x86_64 is there: added "
        "langpack-0:1-1.x86_64\n");
}

TEST_CASE("a package that comes beside one that still meets the requirement does not take its place") {
  auto before = base();
  before.needs_as("app", "(shell and tools)", {"bash"});
  auto after = base();
  after.package("busybox", 4)
      .needs_as("app", "(shell and tools)", {"bash"})
      .needs_as("app", "(shell and tools)", {"busybox"});
  CHECK(told(before.graph(), after.graph()) ==
        "4: busybox-0:1-1.x86_64 beside bash-0:1-1.x86_64 for app-0:1-1.x86_64, which requires (shell and tools): "
        "added busybox-0:1-1.x86_64\n");
  CHECK(told(after.graph(), before.graph()) ==
        "-4: bash-0:1-1.x86_64 alone, without busybox-0:1-1.x86_64, for app-0:1-1.x86_64, which requires "
        "(shell and tools): removed busybox-0:1-1.x86_64\n");
}

TEST_CASE("a new line of the recipe brings what it names and leads to") {
  auto after = base();
  after.package("tool", 5).package("tool-libs", 6).needs("tool", {"tool-libs"}).root("tool");
  CHECK(told(base().graph(), after.graph()) ==
        "11: tool is new: added tool-libs-0:1-1.x86_64 added tool-0:1-1.x86_64\n");
  CHECK(told(after.graph(), base().graph()) ==
        "-11: tool is gone: removed tool-libs-0:1-1.x86_64 removed tool-0:1-1.x86_64\n");
}

TEST_CASE("a provider that is swapped is one cause for what comes and what goes") {
  test::MadeGraph before;
  before.package("app", 1).package("coreutils", 1000).package("gmp", 7).root("app");
  before.needs_as("app", "coreutils", {"coreutils"}).needs("coreutils", {"gmp"});
  test::MadeGraph after;
  after.package("app", 1).package("coreutils-single", 300).root("app");
  after.needs_as("app", "coreutils >= 8", {"coreutils-single"});
  CHECK(
      told(before.graph(), after.graph()) ==
      "-707: coreutils-single-0:1-1.x86_64 in place of coreutils-0:1-1.x86_64 for app-0:1-1.x86_64, which requires "
      "coreutils >= 8: removed coreutils-0:1-1.x86_64 added coreutils-single-0:1-1.x86_64 removed gmp-0:1-1.x86_64\n");
}

TEST_CASE("a package of the same name but for its numbers is swapped, too, if the other one is gone") {
  test::MadeGraph before;
  before.package("app", 1).package("libssl1.1", 10).package("libgtk3", 5).root("app");
  before.needs_as("app", "libssl1.1", {"libssl1.1"}).needs_as("app", "libgtk3", {"libgtk3"});
  test::MadeGraph after;
  after.package("app", 1).package("libgtk3", 5).package("libgtk4", 6).package("libssl3", 30).root("app");
  after.needs_as("app", "libssl3", {"libssl3"}).needs_as("app", "libgtk3", {"libgtk3"});
  after.needs_as("app", "libgtk4", {"libgtk4"});
  CHECK(told(before.graph(), after.graph()) ==
        "20: libssl3-0:1-1.x86_64 in place of libssl1.1-0:1-1.x86_64 for app-0:1-1.x86_64, which requires libssl3: "
        "added libssl3-0:1-1.x86_64 removed libssl1.1-0:1-1.x86_64\n"
        "6: app-0:1-1.x86_64 now requires libgtk4: added libgtk4-0:1-1.x86_64\n");
}

TEST_CASE("a library's name may differ in what Debian added for times of 64 bits") {
  test::MadeGraph before;
  before.package("app", 1).package("libssl3", 10).root("app").needs_as("app", "libssl3", {"libssl3"});
  test::MadeGraph after;
  after.package("app", 1).package("libssl3t64", 20).root("app").needs_as("app", "libssl3t64", {"libssl3t64"});
  CHECK(told(before.graph(), after.graph()) ==
        "10: libssl3t64-0:1-1.x86_64 in place of libssl3-0:1-1.x86_64 for app-0:1-1.x86_64, which requires "
        "libssl3t64: added libssl3t64-0:1-1.x86_64 removed libssl3-0:1-1.x86_64\n");
}

TEST_CASE("a requirement that a package which was there before meets brings nothing") {
  auto before = base();
  before.needs_as("app", "shell", {"bash"});
  auto after = base();
  after.package("dash", 5).needs_as("app", "shell", {"bash", "dash"});
  after.package("tool", 7).root("tool").needs("tool", {"dash"}, EdgeKind::scriptlet);
  CHECK(told(before.graph(), after.graph()) == "12: tool is new: added tool-0:1-1.x86_64 added dash-0:1-1.x86_64\n");
}

TEST_CASE("a package that obsoletes another one is its new name") {
  test::MadeGraph before;
  before.package("app", 1).package("libfoo1", 10).needs("app", {"libfoo1"}).root("app");
  test::MadeGraph after;
  after.package("app", 1).package("libfoo", 15).needs("app", {"libfoo"}).root("app").obsoletes("libfoo", "libfoo1");
  CHECK(told(before.graph(), after.graph()) ==
        "5: libfoo-0:1-1.x86_64 takes the place of libfoo1-0:1-1.x86_64: renamed libfoo-0:1-1.x86_64\n");
}

TEST_CASE("packages that only grew, or are another version, are a cause each") {
  auto after = base();
  PackageGraph graph = after.graph();
  graph.packages[1].installed_size = 30;
  graph.packages[2].nevra.version = "2";
  graph.packages[2].installed_size = 90;
  CHECK(told(base().graph(), graph) ==
        "20: resized: bash-0:1-1.x86_64: resized bash-0:1-1.x86_64\n"
        "-10: upgraded: glibc 0:1-1 -> 0:2-1: upgraded glibc-0:2-1.x86_64\n");
}

TEST_CASE("random sets: the bytes of all causes add up, each change has one cause, and back is the opposite") {
  std::mt19937 random(6);
  for (int round = 0; round < 300; ++round) {
    const PackageGraph before = test::random_graph(random, 12, 10 + round % 20, true);
    PackageGraph after = test::random_graph(random, 12, 10 + round % 20, true);
    for (GraphPackage& package : after.packages) {
      if (random() % 3 == 0) package.nevra.name += "-new";
      if (random() % 9 == 0) package.obsoletes.push_back("p" + std::to_string(10 + random() % 12));
    }
    std::sort(after.packages.begin(), after.packages.end(),
              [](const GraphPackage& a, const GraphPackage& b) { return a.nevra < b.nevra; });
    const PackageDiff diff = analysis::diff(before, after, compare);
    std::int64_t bytes = 0;
    std::size_t changes = 0;
    for (const ChangeCause& cause : diff.causes) {
      bytes += cause.bytes;
      changes += cause.changes.size();
    }
    CHECK(bytes ==
          static_cast<std::int64_t>(after.installed_size()) - static_cast<std::int64_t>(before.installed_size()));
    CHECK(changes == diff.changes.size());
    std::set<Nevra> olds;
    std::set<Nevra> news;
    for (const PackageChange& change : diff.changes) {
      if (change.before) CHECK(olds.insert(*change.before).second);
      if (change.after) CHECK(news.insert(*change.after).second);
    }
  }
}

}  // namespace
}  // namespace rootlet
