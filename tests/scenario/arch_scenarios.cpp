#include <algorithm>
#include <catch2/catch.hpp>

#include "../support/world.hpp"
#include "model/arch.hpp"

using namespace rootlet;
using test::World;
using Lines = std::vector<std::string>;

TEST_CASE("the best level of x86_64 that the image has wins, whatever the objective") {
  for (const Objective objective : {Objective::dnf, Objective::smallest}) {
    World world;
    world.goal.objective = objective;
    for (const char* level : {"x86_64", "x86_64_v2", "x86_64_v3", "x86_64_v4"}) {
      world.add("app", "1-1", level).weighs(level == std::string("x86_64") ? 10 : 1000);
    }
    for (const char* level : {"x86_64", "x86_64_v2", "x86_64_v3", "x86_64_v4"}) {
      world.arch = level;
      CHECK(world.install({"app"}) == Lines{"app-0:1-1." + std::string(level)});
    }
  }
}

TEST_CASE("packages of lesser levels, of 32 bits and of none go into an image for x86_64_v3") {
  World world;
  world.arch = "x86_64_v3";
  world.add("app", "1-1", "x86_64_v3").needs("lib").needs("base").needs("data").needs("old");
  world.add("lib", "1-1", "x86_64_v2");
  world.add("base", "1-1", "x86_64");
  world.add("data", "1-1", "noarch");
  world.add("old", "1-1", "i686");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64_v3", "base-0:1-1.x86_64", "data-0:1-1.noarch",
                                        "lib-0:1-1.x86_64_v2", "old-0:1-1.i686"});
  world.arch = "x86_64_v2";
  CHECK(world.install({"app"}) == Lines{"no solution"});
  CHECK(world.install({"lib"}) == Lines{"lib-0:1-1.x86_64_v2"});
}

TEST_CASE("an older package of a better level stands before a newer one of a lesser level, as in libsolv") {
  World world;
  world.arch = "x86_64_v3";
  world.add("app", "1-1", "x86_64_v3");
  world.add("app", "2-1", "x86_64");
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64_v3"});
}

TEST_CASE("every architecture takes its own packages and noarch ones, and no other's") {
  for (const Architecture& one : architectures()) {
    World world;
    world.arch = one.name;
    world.add("app", "1-1", world.arch).needs("data");
    world.add("data", "1-1", "noarch");
    world.add("foreign", "1-1", one.base == "aarch64" ? "x86_64" : "aarch64");
    CHECK(world.install({"app"}) == Lines{"app-0:1-1." + world.arch, "data-0:1-1.noarch"});
    CHECK(world.install({"foreign"}) == Lines{"no solution"});
    const auto runs = runs_on(one.name);
    REQUIRE(!runs.empty());
    CHECK(runs.front() == one.name);
    CHECK(std::count(runs.begin(), runs.end(), one.name) == 1);
  }
}
