#include <catch2/catch.hpp>

#include "../support/world.hpp"
#include "analysis/lines.hpp"

using rootlet::EdgeKind;
using rootlet::Suggestion;
using rootlet::test::World;
using Lines = std::vector<std::string>;

namespace {

Lines names(const std::vector<rootlet::Nevra>& found) {
  Lines names;
  for (const rootlet::Nevra& one : found) names.push_back(one.name);
  return names;
}

}  // namespace

TEST_CASE("a choice is priced against DNF's, and against the next best") {
  World world;
  world.add("app").needs("shell");
  world.add("big-shell").gives("shell").weighs(5000).needs("docs");
  world.add("docs").weighs(700);
  world.add("mid-shell").gives("shell").weighs(900);
  world.add("tiny-shell").gives("shell").weighs(300);
  world.fewer_features = {{"tiny-shell", "job control"}};
  const Suggestion suggestion = world.suggestion({"app"});
  CHECK(suggestion.dnf.installed_size == 6700);
  CHECK(suggestion.best.installed_size() == 1300);
  CHECK(suggestion.best.optimality.proved);
  REQUIRE(suggestion.decisions.size() == 1);
  const auto& decision = suggestion.decisions[0];
  CHECK(decision.chosen == rootlet::package_id(1));
  CHECK(decision.capabilities == Lines{"shell"});
  CHECK(decision.others == 2);
  CHECK(decision.over.str() == "big-shell-0:1-1.x86_64");
  CHECK(decision.over_dnf);
  CHECK(decision.saved == 5400);
  REQUIRE(decision.next);
  CHECK(decision.next->name == "mid-shell");
  CHECK(decision.next_costs == 600);
  CHECK(decision.loss == "job control");
  CHECK(suggestion.packages == Lines{"tiny-shell"});
  CHECK(suggestion.dnf_with_packages.installed_size == 1300);
}

TEST_CASE("a choice that DNF makes, too, is priced against the largest package it could have been") {
  World world;
  world.add("app").needs("locale");
  world.add("a-locale").gives("locale").weighs(10);
  world.add("all-locales").gives("locale").weighs(9000);
  const Suggestion suggestion = world.suggestion({"app"});
  REQUIRE(suggestion.decisions.size() == 1);
  CHECK(suggestion.decisions[0].over.str() == "all-locales-0:1-1.x86_64");
  CHECK_FALSE(suggestion.decisions[0].over_dnf);
  CHECK(suggestion.decisions[0].saved == 8990);
  CHECK(suggestion.packages.empty());
}

TEST_CASE("what is required anyway is no choice") {
  World world;
  world.add("app").needs("shell").needs("tiny-shell");
  world.add("big-shell").gives("shell").weighs(5000);
  world.add("tiny-shell").gives("shell").weighs(300);
  CHECK(world.suggestion({"app"}).decisions.empty());
}

TEST_CASE("a better set that one conflict forbids is shown with the conflict") {
  World world;
  world.add("app").needs("shell");
  world.add("policy").rejects("tiny-shell").weighs(1);
  world.add("big-shell").gives("shell").weighs(5000);
  world.add("tiny-shell").gives("shell").weighs(300);
  const Suggestion suggestion = world.suggestion({"app", "policy"});
  REQUIRE(suggestion.blocked.size() == 1);
  CHECK(suggestion.blocked[0].package.str() == "policy-0:1-1.x86_64");
  CHECK(suggestion.blocked[0].capability == "tiny-shell");
  CHECK(suggestion.blocked[0].other.str() == "tiny-shell-0:1-1.x86_64");
  CHECK(suggestion.blocked[0].saved == 4700);
  CHECK(names(suggestion.blocked[0].added) == Lines{"tiny-shell"});
  CHECK(names(suggestion.blocked[0].removed) == Lines{"big-shell"});
  world.add("rules").rejects("tiny-shell");
  CHECK(world.suggestion({"app", "policy", "rules"}).blocked.empty());  // two conflicts are not one
}

TEST_CASE("what only scriptlets need is weighed apart") {
  World world;
  world.add("app").needs("libc").needs_pre("useradd");
  world.add("libc").weighs(500);
  world.add("shadow").gives("useradd").weighs(40).needs("libc");
  const Suggestion suggestion = world.suggestion({"app"});
  CHECK(suggestion.staying.packages == 2);
  CHECK(suggestion.staying.installed_size == 1500);
  CHECK(suggestion.staying_optimality.proved);
  CHECK(names(suggestion.leaving) == Lines{"shadow"});
  CHECK(suggestion.best.count() == 3);
}

TEST_CASE("a line costs what no other line needs, and says through which requirements") {
  World world;
  world.add("web").needs("tls").needs("perl(strict)").weighs(10);
  world.add("mail").needs("tls").weighs(20);
  world.add("tls").weighs(1000);
  world.add("perl").gives("perl(strict)").needs_pre("perl-libs").weighs(300);
  world.add("perl-libs").weighs(4000);
  const auto costs = rootlet::analysis::line_costs(world.solution({"web", "mail"}), 2);
  REQUIRE(costs.size() == 2);
  CHECK(costs[0].spec == "web");
  CHECK(costs[0].mark.line == 11);
  CHECK(costs[0].retained.packages == 3);
  CHECK(costs[0].retained.installed_size == 4310);
  REQUIRE(costs[0].heaviest.size() == 2);
  CHECK(costs[0].heaviest[0].package == rootlet::package_id(2));
  REQUIRE(costs[0].heaviest[0].chain.size() == 2);
  CHECK(costs[0].heaviest[0].chain[0].capability == "perl(strict)");
  CHECK(costs[0].heaviest[0].chain[1].kind == EdgeKind::scriptlet);
  CHECK(costs[0].heaviest[0].chain[1].provider == rootlet::package_id(2));
  CHECK(costs[1].retained.installed_size == 20);
  CHECK(costs[1].heaviest.empty());
}
