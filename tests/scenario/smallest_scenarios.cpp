#include <algorithm>
#include <catch2/catch.hpp>

#include "../support/world.hpp"

using rootlet::LostBecause;
using rootlet::Objective;
using rootlet::Preference;
using rootlet::ScriptletDeps;
using rootlet::Solution;
using rootlet::test::Pkg;
using rootlet::test::Smallest;
using rootlet::test::World;
using Lines = std::vector<std::string>;

namespace {

Preference entry(const std::string& spec, bool only_tie = false) { return {{spec, {"image.yaml", 30, 5}}, only_tie}; }

/// Two ways to have a shell; DNF takes the one that comes first.
void add_shells(World& world) {
  world.add("app").needs("shell");
  world.add("big-shell").gives("shell").weighs(5000);
  world.add("tiny-shell").gives("shell").weighs(300);
}

std::optional<rootlet::Alternative> loser(const Solution& solution, const std::string& nevra) {
  for (const auto& chosen : solution.packages) {
    for (const auto& other : chosen.reason.alternatives) {
      if (other.package.str() == nevra) return other;
    }
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("of two providers the one that makes the set smaller is taken, whatever comes along with it") {
  Smallest world;
  add_shells(world);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "tiny-shell-0:1-1.x86_64"});
  world.add("mid").gives("editor").weighs(10).needs("heavy");
  world.add("heavy").weighs(9000);
  world.add("plain").gives("editor").weighs(4000);
  CHECK(world.install({"editor"}) == Lines{"plain-0:1-1.x86_64"});
  world.goal.objective = Objective::dnf;
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64"});
}

TEST_CASE("the set says that it is proved, what it weighs, and what it has in place of what DNF would install") {
  Smallest world;
  add_shells(world);
  world.fewer_features = {{"tiny-shell", "no job control"}};
  const Solution solution = world.solution({"app"});
  CHECK(solution.optimality.objective == Objective::smallest);
  CHECK(solution.optimality.proved);
  CHECK(solution.optimality.value == 1300);
  CHECK(solution.optimality.bound == 1300);
  CHECK(solution.dnf.installed_size == 6000);
  CHECK(solution.dnf.packages == 2);
  REQUIRE(solution.swaps.size() == 1);
  CHECK(solution.swaps[0].instead_of.str() == "big-shell-0:1-1.x86_64");
  CHECK(solution.swaps[0].chosen == std::vector{rootlet::package_id(1)});
  CHECK(solution.swaps[0].capabilities == Lines{"shell"});
  CHECK(solution.swaps[0].loss == "no job control");
  CHECK(loser(solution, "big-shell-0:1-1.x86_64")->why == LostBecause::larger);
}

TEST_CASE("of equally large sets the one with fewer packages is taken, and of those the first by name") {
  Smallest world;
  world.add("app").needs("codec").needs("font");
  world.add("a-codec").gives("codec").weighs(500).needs("a-tables");
  world.add("a-tables").weighs(500);
  world.add("z-codec").gives("codec").weighs(1000);
  for (const char* name : {"font-c", "font-b", "font-d"}) world.add(name).gives("font").weighs(70);
  const Lines expected{"app-0:1-1.x86_64", "font-b-0:1-1.x86_64", "z-codec-0:1-1.x86_64"};
  CHECK(world.install({"app"}) == expected);
  world.reverse();
  CHECK(world.install({"app"}) == expected);
}

TEST_CASE("of equal sets the first by name is taken where a choice brings another") {
  Smallest world;
  world.add("app").needs("left").needs("right");
  world.add("a").gives("left").needs("with-a").weighs(10);
  world.add("b").gives("left").gives("right").weighs(30);
  world.add("c").gives("left").needs("with-c").weighs(10);
  world.add("with-a").gives("right").weighs(20);
  world.add("with-c").gives("right").weighs(20);
  world.exclude("b");
  CHECK(world.install({"app"}) == Lines{"a-0:1-1.x86_64", "app-0:1-1.x86_64", "with-a-0:1-1.x86_64"});
}

TEST_CASE("only the newest versions count, except those that DNF's own answer has") {
  Smallest world;
  world.add("app").needs("lib");
  world.add("lib", "1-1").weighs(10);
  world.add("lib", "2-1").weighs(1000);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "lib-0:2-1.x86_64"});
  CHECK(loser(world.solution({"app"}), "lib-0:1-1.x86_64")->why == LostBecause::older);
  CHECK(world.install({"app", "lib-1"}) == Lines{"app-0:1-1.x86_64", "lib-0:1-1.x86_64"});
  world.add("needs-old").needs("lib < 2");
  CHECK(world.install({"needs-old"}) == Lines{"lib-0:1-1.x86_64", "needs-old-0:1-1.x86_64"});
}

TEST_CASE("a repository of lower priority does not offer a package that another one has") {
  Smallest world;
  world.repo("main").priority = 10;
  world.repo("extras").priority = 90;
  world.add("app").needs("lib");
  world.add("lib", "1-1").weighs(1000);
  world.add("lib", "2-1", "x86_64", "extras").weighs(10);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "lib-0:1-1.x86_64"});
}

TEST_CASE("excluded packages are no choice") {
  Smallest world;
  add_shells(world);
  world.exclude("tiny-*");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64"});
}

TEST_CASE("conflicts and obsoletes decide, too") {
  Smallest world;
  add_shells(world);
  world.add("policy").rejects("tiny-shell");
  CHECK(world.install({"app", "policy"}) == Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64", "policy-0:1-1.x86_64"});
  world.add("successor").replaces("tiny-shell");
  CHECK(world.install({"app", "successor"}) ==
        Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64", "successor-0:1-1.x86_64"});
}

TEST_CASE("what another package obsoletes is no choice, be that one in the set or not") {
  Smallest world;
  world.add("app").needs("tool");
  world.add("old-tool").gives("tool").weighs(10);
  world.add("new-tool").gives("tool").replaces("old-tool").weighs(500);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "new-tool-0:1-1.x86_64"});
  world.add("other-tool").gives("tool").weighs(100);
  const Solution solution = world.solution({"app"});
  CHECK(solution.packages.back().package.nevra.name == "other-tool");
  CHECK(loser(solution, "old-tool-0:1-1.x86_64")->why == LostBecause::obsoleted);
  world.add("strict").needs("old-tool");  // DNF, too, has no other way
  CHECK(world.install({"strict"}) == Lines{"old-tool-0:1-1.x86_64", "strict-0:1-1.x86_64"});
  world.add("this").gives("twin").replaces("that").weighs(60);
  world.add("that").gives("twin").replaces("this").weighs(50);  // each obsoletes the other: either will do
  CHECK(world.install({"twin"}) == Lines{"that-0:1-1.x86_64"});
}

TEST_CASE("rich dependencies are minded in all their forms") {
  Smallest world;
  world.add("small").weighs(10);
  world.add("large").weighs(500);
  world.add("either").needs("(large or small)");
  CHECK(world.install({"either"}) == Lines{"either-0:1-1.x86_64", "small-0:1-1.x86_64"});
  world.add("joint").needs("(small and large)");
  CHECK(world.install({"joint"}) == Lines{"joint-0:1-1.x86_64", "large-0:1-1.x86_64", "small-0:1-1.x86_64"});
  world.add("if-small").needs("(large if small)").needs("(small or other)");
  world.add("other").weighs(100);
  CHECK(world.install({"if-small"}) == Lines{"if-small-0:1-1.x86_64", "other-0:1-1.x86_64"});
  world.add("if-else").needs("(large if other else small)");
  CHECK(world.install({"if-else"}) == Lines{"if-else-0:1-1.x86_64", "small-0:1-1.x86_64"});
  world.add("thing-a").gives("thing").gives("feature").weighs(900);
  world.add("thing-b").gives("thing").weighs(20);
  world.add("with").needs("(thing with feature)");
  CHECK(world.install({"with"}) == Lines{"thing-a-0:1-1.x86_64", "with-0:1-1.x86_64"});
  world.add("without").needs("(thing without feature)");
  CHECK(world.install({"without"}) == Lines{"thing-b-0:1-1.x86_64", "without-0:1-1.x86_64"});
}

TEST_CASE("weak dependencies come along where the recipe wants them, and are chosen among, too") {
  Smallest world;
  world.add("app").likes("plugin");
  world.add("plugin-full").gives("plugin").weighs(800);
  world.add("plugin-lite").gives("plugin").weighs(80);
  world.add("theme").joins("plugin-lite").weighs(5);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64"});
  world.weak_deps(true);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "plugin-lite-0:1-1.x86_64", "theme-0:1-1.x86_64"});
  world.add("rival").rejects("plugin");
  CHECK(world.install({"app", "rival"}) == Lines{"app-0:1-1.x86_64", "rival-0:1-1.x86_64"});
}

TEST_CASE("guard rails keep DNF's provider of a capability") {
  Smallest world;
  world.add("base").needs("system-release");
  world.add("a-distro-release").gives("system-release").weighs(5000);
  world.add("other-release").gives("system-release").weighs(10);
  world.keep_provider = {"system-rel*"};
  const Solution solution = world.solution({"base"});
  CHECK(solution.packages.front().package.nevra.name == "a-distro-release");
  CHECK(loser(solution, "other-release-0:1-1.x86_64")->why == LostBecause::guarded);
  world.keep_provider.clear();
  CHECK(world.install({"base"}) == Lines{"base-0:1-1.x86_64", "other-release-0:1-1.x86_64"});
}

TEST_CASE("what is preferred meets what it can, and what is avoided is a last resort") {
  Smallest world;
  add_shells(world);
  world.goal.prefer = {entry("big-*")};
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64"});
  world.goal.prefer.clear();
  world.goal.avoid = {entry("tiny-shell")};
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "big-shell-0:1-1.x86_64"});
  CHECK(loser(world.solution({"app"}), "tiny-shell-0:1-1.x86_64")->why == LostBecause::avoided);
  world.exclude("big-shell");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "tiny-shell-0:1-1.x86_64"});
  world.goal.avoid = {entry("no-such-package")};
  CHECK(world.solution({"app"}).warnings == Lines{"image.yaml:30:5: avoid: no package matches 'no-such-package'"});
}

TEST_CASE("a preference for ties decides nothing else") {
  Smallest world;
  add_shells(world);
  world.goal.prefer = {entry("big-shell", true)};
  world.goal.avoid = {entry("font-a", true)};
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "tiny-shell-0:1-1.x86_64"});
  for (const char* name : {"font-a", "font-b", "font-c"}) world.add(name).gives("font").weighs(70);
  CHECK(world.install({"font"}) == Lines{"font-b-0:1-1.x86_64"});
  world.goal.prefer.push_back(entry("font-c", true));
  CHECK(world.install({"font"}) == Lines{"font-c-0:1-1.x86_64"});
}

TEST_CASE("fewest packages or the least download can be wanted, and each package can have a price") {
  Smallest world;
  world.add("app").needs("codec");
  auto& one = world.add("one").gives("codec").weighs(1000);
  one.download = 900;
  auto& two = world.add("two").gives("codec").weighs(300).needs("three");
  two.download = 100;
  world.add("three").weighs(300).download = 850;
  const Lines with_two{"app-0:1-1.x86_64", "three-0:1-1.x86_64", "two-0:1-1.x86_64"};
  const Lines with_one{"app-0:1-1.x86_64", "one-0:1-1.x86_64"};
  CHECK(world.install({"app"}) == with_two);
  world.goal.package_penalty = 399;
  CHECK(world.install({"app"}) == with_two);
  world.goal.package_penalty = 401;
  CHECK(world.install({"app"}) == with_one);
  world.goal.package_penalty = 0;
  world.goal.objective = Objective::fewest;
  CHECK(world.install({"app"}) == with_one);
  world.goal.objective = Objective::download;
  CHECK(world.install({"app"}) == with_one);
  CHECK(world.solution({"app"}).optimality.value == 1900);
}

TEST_CASE("packages of more than four gigabytes are counted right") {
  Smallest world;
  world.add("app").needs("data");
  world.add("data-a").gives("data").weighs(9'000'000'001);
  world.add("data-b").gives("data").weighs(9'000'000'000);
  const Solution solution = world.solution({"app"});
  CHECK(solution.packages.back().package.nevra.name == "data-b");
  CHECK(solution.optimality.value == 9'000'001'000);
}

TEST_CASE("packages that claim to be larger than any disk are merely the last choice") {
  Smallest world;
  world.add("app").needs("data");
  for (int i = 0; i < 50; ++i) world.add("a" + std::to_string(i)).gives("data").weighs(18'000'000'000'000'000'000U);
  world.add("honest").gives("data").weighs(30'000'000'000);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "honest-0:1-1.x86_64"});
}

TEST_CASE("when time is up the answer is DNF's or better, and no proof is claimed") {
  Smallest world;
  add_shells(world);
  world.limits.seconds = 0;
  const Solution solution = world.solution({"app"});
  CHECK_FALSE(solution.optimality.proved);
  CHECK(solution.optimality.bound <= 1300);
  CHECK(solution.packages.size() == 2);
}
