#include "model/requirement_tree.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace rootlet;

namespace {

/// A leaf is a package that provides itself alone.
using Tree = RequirementTree<int>;
using Packages = std::set<int>;

constexpr int packages = 5;

Tree random_tree(std::mt19937& random, int depth, bool of_one = false) {
  const auto choose = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
  if (depth == 0 || choose(4) == 0) return {choose(packages)};
  // rpm takes no other operators within `with` and `without`.
  static constexpr Operator of_one_package[] = {Operator::with, Operator::without, Operator::any};
  static constexpr Operator any_kind[] = {Operator::all,     Operator::any,       Operator::with,
                                          Operator::without, Operator::condition, Operator::unless};
  Tree tree;
  tree.op = of_one ? of_one_package[choose(3)] : any_kind[choose(6)];
  const bool inner = of_one || is_of_one_package(tree);
  const bool conditional = tree.op == Operator::condition || tree.op == Operator::unless;
  for (int i = 0, count = conditional && choose(2) == 0 ? 3 : 2; i < count; ++i) {
    tree.parts.push_back(random_tree(random, depth - 1, inner));
  }
  return tree;
}

bool one_package_does(const Tree& tree, int package) {
  switch (tree.op) {
    case Operator::none: return tree.leaf == package;
    case Operator::any: return one_package_does(tree.parts[0], package) || one_package_does(tree.parts[1], package);
    case Operator::with: return one_package_does(tree.parts[0], package) && one_package_does(tree.parts[1], package);
    case Operator::without:
      return one_package_does(tree.parts[0], package) && !one_package_does(tree.parts[1], package);
    default: return false;
  }
}

/// rpm's manual, said once more.
bool is_true(const Tree& tree, const Packages& there) {
  const auto part = [&](std::size_t i) { return is_true(tree.parts[i], there); };
  const bool otherwise = tree.parts.size() == 3 ? part(2) : tree.op == Operator::condition;
  switch (tree.op) {
    case Operator::all: return part(0) && part(1);
    case Operator::any: return part(0) || part(1);
    case Operator::condition: return part(1) ? part(0) : otherwise;
    case Operator::unless: return part(1) ? otherwise : part(0);
    default:
      return std::any_of(there.begin(), there.end(), [&](int package) { return one_package_does(tree, package); });
  }
}

Packages itself(int leaf) { return {leaf}; }

}  // namespace

TEST_CASE("a requirement holds as rpm's manual says, and its demands are met exactly then") {
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    const Tree tree = random_tree(random, 3);
    for (int set = 0; set < 1 << packages; ++set) {
      Packages there;
      for (int i = 0; i < packages; ++i) {
        if ((set >> i & 1) != 0) there.insert(i);
      }
      const auto met = [&](const Tree& part) {
        const Packages alone = each_alone(part, itself);
        return std::any_of(alone.begin(), alone.end(), [&](int package) { return there.contains(package); });
      };
      const bool expected = is_true(tree, there);
      REQUIRE(holds(tree, met) == expected);
      bool all_met = true;
      for (const Demand<int>& demand : demands(tree, met)) {
        const auto is_met = [&](const Counting<int>& one) { return is_of_one_package(*one.part) && met(*one.part); };
        all_met = all_met && std::any_of(demand.any_of.begin(), demand.any_of.end(), is_met);
        if (demand.because.condition != nullptr) {
          REQUIRE(is_true(*demand.because.condition, there) == demand.because.condition_holds);
        }
      }
      REQUIRE(all_met == expected);
    }
  }
}

TEST_CASE("of an alternative only the side that holds counts") {
  const Tree both{0, Operator::all, {{1}, {2}}};
  const Tree tree{0, Operator::any, {both, {3}}};  // (1 and 2) or 3
  const auto met = [](const Tree& part) { return part.leaf != 2; };
  const auto found = demands(tree, met);
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].any_of.size() == 1);
  CHECK(found[0].any_of[0].part->leaf == 3);
}
