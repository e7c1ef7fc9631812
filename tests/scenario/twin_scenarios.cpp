#include <catch2/catch.hpp>

#include "../support/world.hpp"

namespace fs = std::filesystem;
using rootlet::EdgeKind;
using rootlet::Objective;
using Uses = std::vector<rootlet::RequiredBy>;
using rootlet::test::World;
using Lines = std::vector<std::string>;

namespace {

/// From which repository each package of the answer comes: "app@two lib@one".
std::string sources(World& world, const std::vector<std::string>& specs) {
  std::string text;
  for (const rootlet::ChosenPackage& chosen : world.solution(specs).packages) {
    text += (text.empty() ? "" : " ") + chosen.package.nevra.name + "@" + chosen.package.repo;
  }
  return text;
}

}  // namespace

TEST_CASE("one NEVRA with other requirements in another repository is a candidate of its own") {
  for (const Objective objective : {Objective::dnf, Objective::smallest}) {
    for (const bool first_works : {true, false}) {
      for (const bool reversed : {false, true}) {
        CAPTURE(objective_name(objective), first_works, reversed);
        World world;
        world.goal.objective = objective;
        world.add("app", "2-1", "x86_64", "one").needs(first_works ? "lib" : "gone");
        world.add("app", "2-1", "x86_64", "two").needs(first_works ? "gone" : "lib");
        world.add("app", "1-1", "x86_64", "two");  // older, so not what is asked for
        world.add("lib", "1-1", "x86_64", "one");
        world.add("top", "1-1", "x86_64", "one").needs("app");
        if (reversed) world.reverse();
        const std::string app = first_works ? "app@one" : "app@two";
        CHECK(sources(world, {"app"}) == app + " lib@one");
        CHECK(sources(world, {"app-2"}) == app + " lib@one");
        CHECK(sources(world, {"ap*"}) == app + " lib@one");
        CHECK(sources(world, {"top"}) == app + " lib@one top@one");
      }
    }
  }
}

TEST_CASE("twins that both work: the first repository's for DNF, the smaller set's for the smallest") {
  World world;
  world.add("app", "1-1", "x86_64", "one").needs("big");
  world.add("app", "1-1", "x86_64", "two").needs("small");
  world.add("big", "1-1", "x86_64", "one").weighs(5000);
  world.add("small", "1-1", "x86_64", "one").weighs(10);
  CHECK(sources(world, {"app"}) == "app@one big@one");
  world.goal.objective = Objective::smallest;
  CHECK(sources(world, {"app"}) == "app@two small@one");
  world.repo("two").priority = 100;
  CHECK(sources(world, {"app"}) == "app@one big@one");  // a lesser repository's does not count
  world.repo("two").priority = 99;
  world.repo("two").cost = 2000;
  CHECK(sources(world, {"app"}) == "app@one big@one");
}

TEST_CASE("a twin in a repository that costs more is taken where the other does not work") {
  World world;
  world.add("app", "1-1", "x86_64", "one").needs("gone");
  world.add("app", "1-1", "x86_64", "two").needs("lib");
  world.add("lib", "1-1", "x86_64", "one");
  world.repo("two").cost = 2000;
  CHECK(sources(world, {"app"}) == "app@two lib@one");
  world.repo("two").priority = 100;
  CHECK(world.install({"app"}) == Lines{"no solution"});
}

TEST_CASE("twins of which none works are explained") {
  World world;
  world.add("app", "1-1", "x86_64", "one").needs("gone");
  world.add("app", "1-1", "x86_64", "two").needs("lost");
  CHECK_FALSE(world.problems({"app"}).nodes.empty());
}
