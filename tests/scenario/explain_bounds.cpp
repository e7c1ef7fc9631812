#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>

#include "../support/world.hpp"
#include "rootlet/report.hpp"

using rootlet::Obstacle;
using rootlet::ProblemNode;
using rootlet::Unsolvable;
using rootlet::test::World;

namespace {

std::size_t lines(const Unsolvable& unsolvable) {
  const std::string text = rootlet::report::to_text(unsolvable);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Nodes lead on or are causes; a tree's deepest last line is a cause.
bool ends_in_causes(const Unsolvable& unsolvable) {
  return std::all_of(unsolvable.nodes.begin(), unsolvable.nodes.end(), [](const ProblemNode& node) {
    return !node.children.empty() || (node.why != Obstacle::requires_ && node.why != Obstacle::cannot);
  });
}

std::string numbered(const std::string& name, int number) { return name + std::to_string(number); }

/// Runs a question and fails where its answer takes longer than any reader waits, sanitizers or not.
Unsolvable in_time(World& world, const std::vector<std::string>& specs) {
  const auto start = std::chrono::steady_clock::now();
  Unsolvable unsolvable = world.problems(specs);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
  REQUIRE_FALSE(unsolvable.problems.empty());
  for (const auto& problem : unsolvable.problems) CHECK_FALSE(problem.roots.empty());
  return unsolvable;
}

}  // namespace

TEST_CASE("a chain of thousands of requirements is told in a few lines") {
  World world;
  for (int i = 0; i < 3000; ++i) world.add(numbered("step", i)).needs(numbered("step", i + 1));
  const Unsolvable unsolvable = in_time(world, {"step0"});
  CHECK(lines(unsolvable) < 20);
  CHECK(ends_in_causes(unsolvable));
}

TEST_CASE("a requirement with thousands of providers is told in a few lines") {
  World world;
  world.add("app").needs("driver");
  for (int i = 0; i < 3000; ++i) {
    world.add(numbered("driver", i)).gives("driver").needs(numbered("firmware", i));
  }
  const Unsolvable unsolvable = in_time(world, {"app"});
  CHECK(lines(unsolvable) < 12);
}

TEST_CASE("layers whose paths multiply are told once each") {
  World world;
  for (int layer = 0; layer < 40; ++layer) {
    for (int i = 0; i < 4; ++i) {
      auto& package = world.add(numbered(numbered("p", layer) + "-", i)).gives(numbered("layer", layer));
      for (int need = 0; need < 3; ++need) package.needs(numbered("layer", layer + 1 + need));
    }
  }
  world.add("app").needs("layer0");
  const Unsolvable unsolvable = in_time(world, {"app"});
  CHECK(lines(unsolvable) < 40);
}

TEST_CASE("a cycle of requirements does not go on for ever") {
  World world;
  world.add("app").needs("a");
  world.add("a").needs("b");
  world.add("b").needs("a").needs("c");
  world.add("c").needs("a").needs("missing");
  const Unsolvable unsolvable = in_time(world, {"app"});
  CHECK(lines(unsolvable) < 8);
  CHECK(ends_in_causes(unsolvable));
}

TEST_CASE("a puzzle without a short explanation still gets one") {
  // Seven pigeons, six holes: no proof is short.
  World world;
  for (int pigeon = 0; pigeon < 7; ++pigeon) {
    world.add(numbered("pigeon", pigeon)).needs(numbered("place", pigeon));
    for (int hole = 0; hole < 6; ++hole) {
      auto& seat = world.add(numbered(numbered("seat", pigeon) + "-", hole)).gives(numbered("place", pigeon));
      seat.gives(numbered("hole", hole)).rejects(numbered("hole", hole));
    }
  }
  std::vector<std::string> pigeons;
  for (int pigeon = 0; pigeon < 7; ++pigeon) pigeons.push_back(numbered("pigeon", pigeon));
  const Unsolvable unsolvable = in_time(world, pigeons);
  CHECK(lines(unsolvable) < 60);
}

TEST_CASE("every kind of cause has a sentence, and none can forge a line or a colour") {
  for (int why = 0; why <= static_cast<int>(Obstacle::more); ++why) {
    ProblemNode node;
    node.why = static_cast<Obstacle>(why);
    CHECK_FALSE(rootlet::report::sentence(node).empty());
    CHECK_FALSE(rootlet::obstacle_name(node.why).empty());
    node.entry = "entry\x1b[31m";
    node.packages = {{"one\nhint: trust me", 0, "1", "1", "noarch"}};
    node.others = {{"two\x07", 0, "1", "1", "noarch"}};
    node.capabilities = {"cap\x1b[2J"};
    node.count = 1;
    Unsolvable unsolvable;
    unsolvable.nodes = {node, node};
    unsolvable.nodes[0].told = 1;
    unsolvable.problems = {{{0}, {}}};
    const std::string text = rootlet::report::to_text(unsolvable);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  }
}
