#include "rpm/order.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace rootlet::rpm;

namespace {

using Order = std::vector<std::size_t>;

/// Whether one package leads to another over needs, of scriptlets alone or all.
bool leads_to(const Needs& needs, std::size_t begin, std::size_t end, bool of_scriptlets) {
  std::set<std::size_t> seen;
  Order left{begin};
  while (!left.empty()) {
    const std::size_t at = left.back();
    left.pop_back();
    for (const Need& need : needs[at]) {
      if ((need.of_scriptlet || !of_scriptlets) && seen.insert(need.package).second) left.push_back(need.package);
    }
  }
  return seen.contains(end);
}

Needs random_needs(std::mt19937& random, std::size_t count, std::size_t edges) {
  Needs needs(count);
  for (; edges > 0; --edges) {
    const std::size_t from = random() % count;
    const std::size_t to = random() % count;
    const auto same = [&](const Need& need) { return need.package == to; };
    if (from == to || std::any_of(needs[from].begin(), needs[from].end(), same)) continue;
    needs[from].push_back({to, random() % 3 == 0});
  }
  return needs;
}

}  // namespace

TEST_CASE("packages come after what they need, the most needed first, else by number") {
  CHECK(installation_order({}) == Order());
  CHECK(installation_order({{}, {}, {}}) == Order({0, 1, 2}));
  CHECK(installation_order({{{2, false}}, {}, {}}) == Order({2, 0, 1}));
  CHECK(installation_order({{{1, false}}, {{2, true}}, {}, {{2, false}}}) == Order({2, 1, 0, 3}));
}

TEST_CASE("in a circle, what scriptlets need comes first") {
  CHECK(installation_order({{{1, true}}, {{0, false}}}) == Order({1, 0}));
  CHECK(installation_order({{{1, false}}, {{0, true}}}) == Order({0, 1}));
  // 0 needs 1 for a scriptlet, and that needs 2 to work.
  CHECK(installation_order({{{1, true}}, {{2, false}}, {{0, false}}}) == Order({2, 1, 0}));
  // 1 and 2 need each other for scriptlets; 0, which 2 needs, too, has what its own need.
  CHECK(installation_order({{{1, true}}, {{2, true}}, {{0, false}, {1, true}}}) == Order({1, 0, 2}));
}

TEST_CASE("a need is met unless there is a circle of its kind") {
  std::mt19937 random(1);
  std::size_t late = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = 2 + random() % 12;
    Needs needs = random_needs(random, count, random() % (2 * count));
    const Order order = installation_order(needs);
    CHECK(std::set<std::size_t>(order.begin(), order.end()).size() == count);
    REQUIRE(order.size() == count);
    const auto place = [&](std::size_t package) { return std::find(order.begin(), order.end(), package); };
    for (std::size_t package = 0; package < count; ++package) {
      for (const Need& need : needs[package]) {
        if (place(need.package) < place(package)) continue;
        ++late;
        CHECK(leads_to(needs, need.package, package, need.of_scriptlet));
      }
    }
    for (auto& list : needs) std::shuffle(list.begin(), list.end(), random);
    CHECK(installation_order(needs) == order);
  }
  CHECK(late > 0);
}
