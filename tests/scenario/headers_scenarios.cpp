#include <catch2/catch.hpp>

#include "../support/world.hpp"

using rootlet::ScriptletDeps;
using rootlet::Solution;
using rootlet::test::Pkg;
using rootlet::test::Smallest;
using rootlet::test::World;
using Lines = std::vector<std::string>;

TEST_CASE("a header can turn a requirement of scriptlets into one of run time, and the other way round") {
  Smallest world;
  world.goal.scriptlet_deps = ScriptletDeps::drop;
  Pkg& app = world.add("app").needs_pre("tool").needs("helper");
  world.add("tool");
  world.add("helper");
  CHECK(world.dropped({"app"}) == Lines{"tool-0:1-1.x86_64"});
  world.headers = World::Headers::readable;
  app.of_scriptlets = {"helper"};
  app.of_all = {"tool"};
  CHECK(world.dropped({"app"}) == Lines{"helper-0:1-1.x86_64"});
}

TEST_CASE("what is kept of packages decides where headers can be read") {
  Smallest world;
  world.add("app").needs("shell").keeps(700);
  world.add("documented-shell").gives("shell").weighs(5000).keeps(200);
  world.add("plain-shell").gives("shell").weighs(300);
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "plain-shell-0:1-1.x86_64"});
  CHECK(world.solution({"app"}).totals().size() == 1300);
  CHECK_FALSE(world.solution({"app"}).optimality.by_headers);

  world.headers = World::Headers::readable;
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "documented-shell-0:1-1.x86_64"});
  const Solution solution = world.solution({"app"});
  CHECK(solution.totals().kept_size == 900);
  CHECK(solution.totals().installed_size == 6000);
  CHECK(solution.optimality.by_headers);
  CHECK(solution.optimality.proved);
  CHECK(solution.optimality.value == 900);

  world.headers = World::Headers::unreachable;
  CHECK(world.install({"app"}) == Lines{"app-0:1-1.x86_64", "plain-shell-0:1-1.x86_64"});
  CHECK_FALSE(world.solution({"app"}).optimality.by_headers);
  CHECK_FALSE(world.solution({"app"}).totals().kept_size);
}

TEST_CASE("headers are read of packages that matter for the choice only") {
  Smallest world;
  world.headers = World::Headers::readable;
  world.add("app").needs("shell");
  world.add("a-shell").gives("shell").weighs(300);
  world.add("b-shell").gives("shell").weighs(400);
  for (const char* language : {"de", "fr", "pt"}) world.add(std::string("words-") + language).gives("words").keeps(0);
  world.add("app-words").needs("words");
  world.add("c-shell").gives("shell").weighs(500).needs("huge");
  world.add("huge").needs("large");
  world.add("large");
  world.add("other").needs("shell");
  CHECK(world.install({"app"}) == Lines{"a-shell-0:1-1.x86_64", "app-0:1-1.x86_64"});
  CHECK_FALSE(world.read_headers().contains("other-0:1-1.x86_64"));
  CHECK(world.read_headers().contains("b-shell-0:1-1.x86_64"));
  // Nothing can be smaller than a package that takes nothing.
  CHECK(world.install({"app-words"}) == Lines{"app-words-0:1-1.x86_64", "words-de-0:1-1.x86_64"});
  CHECK(world.read_headers() == std::set<std::string>{"app-words-0:1-1.x86_64", "words-de-0:1-1.x86_64"});
}
