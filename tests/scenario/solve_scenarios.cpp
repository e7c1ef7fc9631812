#include <catch2/catch.hpp>

#include "../support/world.hpp"
#include "analysis/solution.hpp"
#include "rootlet/report.hpp"

namespace fs = std::filesystem;
using rootlet::EdgeKind;
using rootlet::Objective;
using Uses = std::vector<rootlet::RequiredBy>;
using rootlet::test::World;
using Lines = std::vector<std::string>;

TEST_CASE("a package comes with what it requires, and the newest version is taken") {
  World world;
  world.add("app").needs("lib >= 2");
  world.add("lib", "1-1");
  world.add("lib", "2-1");
  world.add("lib", "3-1");
  world.add("unrelated");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "lib-0:3-1.x86_64"});
}

TEST_CASE("an epoch outweighs a version, a tilde precedes and a caret follows the release") {
  World world;
  world.add("a", "9-1");
  world.add("a", "1:1-1");
  world.add("b", "2~rc1-1");
  world.add("b", "2-1");
  world.add("c", "2-1");
  world.add("c", "2^git5-1");
  CHECK(world.install({"a", "b", "c"}) == Lines{"a-1:1-1.x86_64", "b-0:2-1.x86_64", "c-0:2^git5-1.x86_64"});
}

TEST_CASE("a recipe can name a version, an architecture, a glob, a capability or a path") {
  World world;
  world.add("tool", "1-1");
  world.add("tool", "2-1");
  world.add("tool", "2-1", "i686");
  world.add("tool-doc").gives("manual(tool) = 5");
  world.add("shell").has("/usr/bin/sh");
  CHECK(world.install({"tool-1"}) == Lines{"tool-0:1-1.x86_64"});
  CHECK(world.install({"tool-0:1-1.x86_64"}) == Lines{"tool-0:1-1.x86_64"});
  CHECK(world.install({"tool.i686"}) == Lines{"tool-0:2-1.i686"});
  CHECK(world.install({"tool*"}) == Lines{"tool-0:2-1.x86_64", "tool-doc-0:1-1.x86_64"});
  CHECK(world.install({"manual(tool) >= 5"}) == Lines{"tool-doc-0:1-1.x86_64"});
  CHECK(world.install({"/usr/bin/sh"}) == Lines{"shell-0:1-1.x86_64"});
}

TEST_CASE("file lists are read only when a path is asked for that primary does not list") {
  World world;
  world.add("app").needs("/usr/bin/sh");
  world.add("odd").needs("/usr/share/zoneinfo/UTC");
  world.add("shell").has("/usr/bin/sh");
  world.add("tzdata").has_unlisted("/usr/share/zoneinfo/UTC");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "shell-0:1-1.x86_64"});
  CHECK_FALSE(world.read_filelists());
  CHECK(world.install({"odd"}) == Lines{"odd-0:1-1.x86_64", "tzdata-0:1-1.x86_64"});
  CHECK(world.read_filelists());
  CHECK(world.install({"/usr/share/zoneinfo/UTC"}) == Lines{"tzdata-0:1-1.x86_64"});
}

TEST_CASE("a cache is read where it is good, and ignored where it is damaged in any place") {
  World world;
  world.add("app").needs("lib >= 2").needs("/usr/bin/sh").likes("extra");
  world.add("lib", "2-1").size = 12345;
  world.add("shell").has("/usr/bin/sh");
  world.add("extra", "1-1", "noarch", "second");
  world.weak_deps(true);
  const auto answer = [&] {
    std::string text;
    for (const auto& chosen : world.solution({"app"}).packages) {
      text += chosen.package.nevra.str() + " " + std::to_string(chosen.package.installed_size) + " " +
              chosen.package.checksum.str() + " " + chosen.package.location + " " + chosen.package.repo + "\n";
    }
    return text;
  };
  const std::string fresh = answer();
  CHECK(fresh.find("lib-0:2-1.x86_64 12345 sha256:") != std::string::npos);
  fs::path snapshot;
  std::vector<fs::path> caches;
  for (const auto& entry : fs::directory_iterator(world.cache_dir() / "solv")) {
    caches.push_back(entry.path());
    if (entry.path().extension() == ".pool") snapshot = entry.path();
  }
  REQUIRE(caches.size() == 3);  // one of each repository, and the snapshot of both
  REQUIRE_FALSE(snapshot.empty());
  const std::string good = rootlet::read_file(snapshot);
  CHECK(answer() == fresh);
  CHECK(rootlet::read_file(snapshot) == good);
  CHECK(world.details().empty());
  for (std::size_t at = 0; at < good.size(); at += 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    rootlet::write_file(snapshot, bad);
    INFO("damaged at " << at);
    CHECK(answer() == fresh);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, good.size() / 2, good.size() - 1}) {
    rootlet::write_file(snapshot, good.substr(0, size));
    const std::size_t told = world.details().size();
    CHECK(answer() == fresh);
    REQUIRE(world.details().size() == told + 1);
    CHECK(world.details().back() == "'" + snapshot.string() + "' is damaged: it is made anew");
    CHECK(rootlet::read_file(snapshot) == good);
  }
  for (const fs::path& cache : caches) fs::remove(cache);
  CHECK(answer() == fresh);
  CHECK(rootlet::read_file(snapshot) == good);
}

TEST_CASE("a smaller priority wins over a newer version, and a lower cost between equals") {
  World world;
  world.repo("main").priority = 99;
  world.repo("own").priority = 10;
  world.add("a", "9-1", "x86_64", "main");
  world.add("a", "1-1", "x86_64", "own");
  CHECK(world.install({"a"}) == Lines{"a-0:1-1.x86_64"});
  World equal;
  equal.repo("dear").cost = 2000;
  equal.repo("near").cost = 500;
  equal.add("a", "1-1", "x86_64", "dear");
  equal.add("a", "1-1", "x86_64", "near");
  CHECK(equal.solution({"a"}).packages.front().package.repo == "near");
}

TEST_CASE("excluded packages are never installed") {
  World world;
  world.add("a", "1-1");
  world.add("a", "2-1");
  world.exclude("a-2*");
  CHECK(world.install({"a"}) == Lines{"a-0:1-1.x86_64"});
  world.exclude("a");
  CHECK(world.install({"a"}) == Lines{"no solution"});
}

TEST_CASE("the old name of a package brings the one that obsoletes it") {
  World world;
  world.add("oldweb", "1-1");
  world.add("newweb", "2-1").replaces("oldweb < 2").gives("oldweb = 2-1");
  CHECK(world.install({"oldweb"}) == Lines{"newweb-0:2-1.x86_64"});
}

TEST_CASE("recommendations are followed only on request") {
  World world;
  world.add("app").likes("extra");
  world.add("extra");
  world.add("plugin").joins("app");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64"});
  world.weak_deps(true);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "extra-0:1-1.x86_64", "plugin-0:1-1.x86_64"});
}

TEST_CASE("weak_deps by name follows what these packages recommend, and nothing else") {
  World world;
  world.add("app").likes("extra");
  world.add("extra").likes("more");
  world.add("other").likes("unwanted");
  world.add("more");
  world.add("unwanted");
  world.add("plugin").joins("app");
  world.weak_deps_of("app");
  CHECK(world.install({"app", "other"}) == Lines{"app-0:1-1.x86_64", "extra-0:1-1.x86_64", "other-0:1-1.x86_64"});
  world.weak_deps_of("ap");
  CHECK_THROWS_WITH(world.install({"app"}), "image.yaml:80:5: weak_deps: no package matches 'ap'");
}

TEST_CASE("a repository gives only what its includepkgs match, and nothing that its excludepkgs match") {
  World world;
  world.add("a", "2-1", "x86_64", "own");
  world.add("a", "1-1", "x86_64", "main");
  world.add("b", "2-1", "x86_64", "own");
  world.add("b", "1-1", "x86_64", "main");
  world.repo("own").includepkgs = {{"a*", {}}};
  CHECK(world.install({"a", "b"}) == Lines{"a-0:2-1.x86_64", "b-0:1-1.x86_64"});
  world.repo("own").excludepkgs = {{"a-2", {}}};
  CHECK(world.install({"a", "b"}) == Lines{"a-0:1-1.x86_64", "b-0:1-1.x86_64"});
}

TEST_CASE("what could have been chosen says why it was not") {
  World world;
  world.repo("low").priority = 200;
  world.add("app").needs("mta").needs("lib").rejects("rude");
  world.add("mail-a").gives("mta");
  world.add("mail-b").gives("mta");
  world.add("mail-c").gives("mta").needs("nowhere");
  world.add("mail-d").gives("mta");
  world.add("mail-e", "1-1", "x86_64", "low").gives("mta");
  world.add("rude").gives("mta");
  world.add("lib", "1-1");
  world.add("lib", "2-1");
  world.add("lib", "2-1", "i686");
  world.add("lib", "3-1", "x86_64", "low");
  world.exclude("mail-d");
  const auto solution = world.solution({"app"});
  Lines lines;
  for (const auto& chosen : solution.packages) {
    for (const auto& other : chosen.reason.alternatives) {
      const std::string detail = rootlet::report::detail_text(other);
      lines.push_back(chosen.package.nevra.name + ": " + other.package.str() + ": " +
                      std::string(lost_because_name(other.why)) + (detail.empty() ? "" : ", " + detail));
    }
  }
  CHECK(lines == Lines{"lib: lib-0:1-1.x86_64: older, lib-0:2-1.x86_64 is in the set",
                       "lib: lib-0:2-1.i686: other_arch, lib-0:2-1.x86_64 is in the set",
                       "lib: lib-0:3-1.x86_64: lower_priority, priority 200 of low, 99 of main",
                       "mail-a: mail-b-0:1-1.x86_64: not_preferred",
                       "mail-a: mail-c-0:1-1.x86_64: not_installable, no package provides nowhere",
                       "mail-a: mail-d-0:1-1.x86_64: excluded, by exclude: mail-d (image.yaml:50:5)",
                       "mail-a: mail-e-0:1-1.x86_64: lower_priority, priority 200 of low, 99 of main",
                       "mail-a: rude-0:1-1.x86_64: conflict, with app-0:1-1.x86_64"});
}

TEST_CASE("every chosen package says why it is there") {
  World world;
  world.add("app").needs("lib >= 1").needs_pre("useradd").needs("(langpack if locale)").needs("(a or b)");
  world.add("lib");
  world.add("shadow-utils").gives("useradd");
  world.add("langpack");
  world.add("locale");
  world.add("a");
  const auto solution = world.solution({"app", "locale"});
  REQUIRE(solution.packages.size() == 6);
  std::map<std::string, rootlet::Reason> reasons;
  for (const auto& chosen : solution.packages) reasons[chosen.package.nevra.name] = chosen.reason;
  REQUIRE(reasons["app"].requested.size() == 1);
  CHECK(reasons["app"].requested.front().spec == "app");
  CHECK(reasons["app"].required_by.empty());
  const auto because = [&](const std::string& name) {
    REQUIRE(reasons[name].required_by.size() == 1);
    return reasons[name].required_by.front();
  };
  const rootlet::PackageId app = rootlet::package_id(1);
  CHECK(because("lib") == rootlet::RequiredBy{app, "lib >= 1", EdgeKind::runtime});
  CHECK(because("shadow-utils") == rootlet::RequiredBy{app, "useradd", EdgeKind::scriptlet});
  CHECK(because("langpack") == rootlet::RequiredBy{app, "(langpack if locale)", EdgeKind::runtime, {"locale"}});
  CHECK(because("a") == rootlet::RequiredBy{app, "(a or b)", EdgeKind::runtime});
}

TEST_CASE("a requirement of several packages at once is a dependency for each part, met by any that meets it") {
  World world;
  world.add("app").needs("(shell and editor)");
  world.add("bash").gives("shell");
  world.add("dash").gives("shell").gives("editor");
  const rootlet::Solution solution = world.solution({"app", "bash", "dash"});
  const auto graph = rootlet::analysis::graph_of(solution, rootlet::analysis::Part::whole);
  Lines lines;
  for (const rootlet::Dependency& one : graph.dependencies) {
    std::string text = one.capability + ":";
    for (const rootlet::PackageId id : one.providers) text += " " + graph.at(id).nevra.name;
    lines.push_back(text);
  }
  CHECK(lines == Lines{"(shell and editor): bash dash", "(shell and editor): dash"});
}

TEST_CASE("a 32-bit package stands beside the 64-bit one of its name and version, which says so") {
  World world;
  world.add("app").needs("lib(64bit)");
  world.add("lib").gives("lib(64bit)");
  world.add("lib", "1-1", "i686").gives("lib(32bit)");
  world.add("old-app", "1-1", "i686").needs("lib(32bit)");
  CHECK(world.install({"app", "lib.i686"}) == Lines{"app-0:1-1.x86_64", "lib-0:1-1.i686", "lib-0:1-1.x86_64"});
  const rootlet::Solution solution = world.solution({"old-app"});
  REQUIRE(solution.packages.size() == 3);
  CHECK(solution.packages[1].package.nevra.str() == "lib-0:1-1.x86_64");
  CHECK(solution.packages[1].reason.required_by == Uses{{rootlet::package_id(0), "lib = 1-1", EdgeKind::multilib}});
}

TEST_CASE("rich dependencies mean what RPM says they mean") {
  const auto brings = [](const std::string& dep, const std::vector<std::string>& asked = {}) {
    World world;
    world.add("app").needs(dep);
    world.add("a").gives("thing = 1").gives("kind(x)");
    world.add("b").gives("thing = 2");
    world.add("c");
    std::vector<std::string> specs{"app"};
    specs.insert(specs.end(), asked.begin(), asked.end());
    Lines names;
    for (const auto& chosen : world.solution(specs).packages) {
      if (chosen.package.nevra.name != "app") names.push_back(chosen.package.nevra.name);
    }
    return names;
  };
  CHECK(brings("(a and b)") == Lines{"a", "b"});
  CHECK(brings("(nowhere or b)") == Lines{"b"});
  CHECK(brings("(a if c)").empty());
  CHECK(brings("(a if c)", {"c"}) == Lines{"a", "c"});
  CHECK(brings("(a if c else b)") == Lines{"b"});
  CHECK(brings("(a if c else b)", {"c"}) == Lines{"a", "c"});
  CHECK(brings("(thing with kind(x))") == Lines{"a"});
  CHECK(brings("(thing without kind(x))") == Lines{"b"});
  CHECK(brings("(thing >= 2 or c)", {"c"}) == Lines{"c"});
  CHECK(brings("((a and b) if (c or nowhere))", {"c"}) == Lines{"a", "b", "c"});
  CHECK(brings("((nowhere or a) and (b if a))") == Lines{"a", "b"});
}

TEST_CASE("a conflict with unless counts only without what follows") {
  World world;
  world.add("app").rejects("(a unless c)");
  world.add("a");
  world.add("c");
  // What averts the conflict is brought in, as in DNF.
  CHECK(world.install({"app", "a"}) == Lines{"a-0:1-1.x86_64", "app-0:1-1.x86_64", "c-0:1-1.x86_64"});
  world.exclude("c");
  CHECK(world.install({"app", "a"}) == Lines{"no solution"});
}

TEST_CASE("a provide without a version meets every requirement, one with a version meets its ranges") {
  World world;
  world.add("any").gives("anything");
  world.add("free").needs("anything >= 7");
  CHECK(world.install({"free"}) == Lines{"any-0:1-1.x86_64", "free-0:1-1.x86_64"});
  world.add("two").gives("api = 2");
  world.add("app").needs("api >= 2");
  world.add("old").needs("api < 2");
  world.add("epoch").needs("api >= 1:1");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "two-0:1-1.x86_64"});
  CHECK(world.install({"old"}) == Lines{"no solution"});
  CHECK(world.install({"epoch"}) == Lines{"no solution"});
}

TEST_CASE("several versions stand side by side only of install-only packages") {
  World world;
  world.add("kernel", "1-1");
  world.add("kernel", "2-1");
  world.add("driver", "1-1").gives("installonlypkg(kernel-module)");
  world.add("driver", "2-1").gives("installonlypkg(kernel-module)");
  world.add("tool", "1-1");
  world.add("tool", "2-1");
  CHECK(world.install({"kernel-1-1", "kernel-2-1"}) == Lines{"kernel-0:1-1.x86_64", "kernel-0:2-1.x86_64"});
  CHECK(world.install({"driver-1-1", "driver-2-1"}) == Lines{"driver-0:1-1.x86_64", "driver-0:2-1.x86_64"});
  CHECK(world.install({"tool-1-1", "tool-2-1"}) == Lines{"no solution"});
  CHECK(world.install({"kernel"}) == Lines{"kernel-0:2-1.x86_64"});
}

TEST_CASE("what is asked for comes in its best version or not at all; what is required gives way") {
  World world;
  world.add("tool", "1-1");
  world.add("tool", "2-1").needs("nowhere");
  world.add("app").needs("tool");
  CHECK(world.install({"tool"}) == Lines{"no solution"});
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "tool-0:1-1.x86_64"});
}

TEST_CASE("a noarch package goes everywhere, another architecture nowhere") {
  World world;
  world.add("data", "1-1", "noarch");
  world.add("app").needs("data");
  world.add("sources", "1-1", "src");
  CHECK(world.install({"data"}) == Lines{"data-0:1-1.noarch"});
  CHECK(world.install({"sources"}) == Lines{"no solution"});
  world.add("data", "2-1", "aarch64");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "data-0:1-1.noarch"});
  CHECK(world.install({"data"}) == Lines{"no solution"});  // the best version counts, as in DNF
}

TEST_CASE("a package that keeps a rich conflict from applying says so") {
  World world;
  world.add("app");
  world.add("helper");
  world.add("picky").rejects("(app unless helper)");
  const rootlet::Solution solution = world.solution({"app", "picky"});
  REQUIRE(solution.packages.size() == 3);
  CHECK(solution.packages[1].package.nevra.name == "helper");
  CHECK(solution.packages[1].reason.required_by ==
        Uses{{rootlet::package_id(2), "(app unless helper)", EdgeKind::conflicts}});
}

TEST_CASE("the order of repositories, packages and requests does not change the answer") {
  const auto fill = [](World& world) {
    world.add("app", "1-1", "x86_64", "one").needs("mta");
    world.add("postfix", "1-1", "x86_64", "one").gives("mta");
    world.add("exim", "1-1", "x86_64", "two").gives("mta");
    world.add("tool", "1-1", "x86_64", "two");
  };
  World world;
  fill(world);
  World reversed;
  fill(reversed);
  reversed.reverse();
  CHECK(world.install({"app", "tool"}) == reversed.install({"tool", "app"}));
}
