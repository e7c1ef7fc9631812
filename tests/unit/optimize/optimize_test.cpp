#include "optimize/optimize.hpp"

#include <catch2/catch.hpp>
#include <random>

using rootlet::optimize::Clauses;
using rootlet::optimize::Costs;
using rootlet::optimize::Literal;
using rootlet::optimize::minimize;
using rootlet::optimize::Optimum;
using rootlet::optimize::Program;
using Values = std::vector<bool>;

namespace {

Program program(int variables, const std::vector<std::vector<Literal>>& clauses, std::vector<Costs> levels) {
  Program result{variables, {}, std::move(levels)};
  for (const auto& clause : clauses) result.clauses.add(clause);
  return result;
}

}  // namespace

TEST_CASE("the least sum is found and proved") {
  const Optimum optimum = *minimize(program(3, {{1, 2}, {-1, 3}}, {{1, 5, 3}}), {true, true, true}, {});
  CHECK(optimum.values == Values{true, false, true});
  CHECK(optimum.costs == std::vector<std::uint64_t>{4});
  CHECK(optimum.bounds == optimum.costs);
  CHECK(optimum.proved);
}

TEST_CASE("later levels decide between what is equal on the earlier ones") {
  const Optimum optimum = *minimize(program(3, {{1, 2, 3}}, {{5, 4, 4}, {0, 7, 6}}), {true, true, true}, {});
  CHECK(optimum.values == Values{false, false, true});
  CHECK(optimum.costs == std::vector<std::uint64_t>{4, 6});
}

TEST_CASE("of what is equal throughout the first variable that makes a difference is true") {
  std::vector<std::vector<Literal>> pairs;
  Costs costs;
  Values expected;
  for (int pair = 0; pair < 12; ++pair) {
    pairs.push_back({2 * pair + 1, 2 * pair + 2});
    costs.insert(costs.end(), {3, 3});
    expected.insert(expected.end(), {true, false});
  }
  CHECK(minimize(program(24, pairs, {costs}), Values(24, true), {})->values == expected);
}

TEST_CASE("sums of many gigabytes are exact") {
  const std::uint64_t huge = 50'000'000'000;
  const Optimum optimum = *minimize(program(3, {{1, 2}, {3}}, {{huge + 1, huge, huge}}), Values(3, true), {});
  CHECK(optimum.values == Values{false, true, true});
  CHECK(optimum.costs == std::vector<std::uint64_t>{2 * huge});
  CHECK(optimum.proved);
}

TEST_CASE("clauses that contradict each other have no solution") {
  CHECK_FALSE(minimize(program(1, {{1}, {-1}}, {{1}}), {}, {}));
}

TEST_CASE("without a known assignment the best one is found all the same") {
  CHECK(minimize(program(2, {{1, 2}}, {{2, 1}}), {}, {})->values == Values{false, true});
}

TEST_CASE("when time is up there is a valid assignment and a bound, but no claim") {
  // A random covering problem that takes clasp far longer than this.
  std::mt19937 chance(7);
  std::vector<std::vector<Literal>> clauses;
  for (int i = 0; i < 3000; ++i) {
    std::vector<Literal> clause;
    for (int n = 0; n < 5; ++n) clause.push_back(static_cast<Literal>(1 + chance() % 600));
    clauses.push_back(clause);
  }
  Costs costs;
  for (int i = 0; i < 600; ++i) costs.push_back(1000 + chance() % 9'000'000);
  const Optimum optimum = *minimize(program(600, clauses, {costs}), Values(600, true), {.seconds = 0.3});
  CHECK_FALSE(optimum.proved);
  for (const auto& clause : clauses) {
    CHECK(std::any_of(clause.begin(), clause.end(),
                      [&](Literal literal) { return optimum.values.at(static_cast<std::size_t>(literal) - 1); }));
  }
  if (!optimum.bounds.empty()) CHECK(optimum.bounds.front() <= optimum.costs.front());
}
