#include "analysis/ladder.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;
using analysis::ladder_of;
using analysis::RungSet;

namespace {

ChosenPackage weighing(const std::string& name, std::uint64_t installed, std::optional<std::uint64_t> kept = {}) {
  ChosenPackage chosen;
  chosen.package.nevra = {name, 0, "1", "1", "x86_64"};
  chosen.package.repo = "r";
  chosen.package.installed_size = installed;
  chosen.package.download_size = 1;
  chosen.package.kept_size = kept;
  return chosen;
}

RungSet set_of(RungKind kind, bool docs, std::vector<ChosenPackage> packages) {
  RungSet set{.kind = kind, .asked = {.docs = docs}};
  set.solution.packages = std::move(packages);
  return set;
}

std::string text_of(const std::vector<WeighedPackage>& packages) {
  std::string text;
  for (const WeighedPackage& one : packages) text += one.nevra.name + " " + std::to_string(one.size) + "\n";
  return text;
}

/// What a rung lost and gained must be the difference of the sizes.
void check_sums(const Ladder& ladder) {
  for (std::size_t i = 1; i < ladder.rungs.size(); ++i) {
    std::uint64_t left = ladder.rungs[i].files_left;
    std::uint64_t added = 0;
    for (const WeighedPackage& one : ladder.rungs[i].left) left += one.size;
    for (const WeighedPackage& one : ladder.rungs[i].added) added += one.size;
    CHECK(ladder.rungs[i - 1].size + added == ladder.rungs[i].size + left);
  }
}

}  // namespace

TEST_CASE("a rung tells what it left of the one above, the heaviest first, and what came in its place") {
  const Ladder ladder = ladder_of(
      {set_of(RungKind::dnf, false, {weighing("app", 10), weighing("big", 500), weighing("b", 7), weighing("a", 7)}),
       set_of(RungKind::smallest, false, {weighing("app", 10), weighing("small", 3)})});
  REQUIRE(ladder.rungs.size() == 2);
  CHECK(ladder.rungs[0].packages == 4);
  CHECK(ladder.rungs[0].size == 524);
  CHECK(ladder.rungs[0].download_size == 4);
  CHECK(ladder.rungs[0].left.empty());
  CHECK(ladder.rungs[1].size == 13);
  CHECK(text_of(ladder.rungs[1].left) == "big 500\na 7\nb 7\n");
  CHECK(text_of(ladder.rungs[1].added) == "small 3\n");
  check_sums(ladder);
}

TEST_CASE("documentation is left where headers of all packages tell what it takes, and nowhere else") {
  const auto sets = [](std::optional<std::uint64_t> kept_of_lib) {
    return std::vector<RungSet>{
        set_of(RungKind::weak_deps, true, {weighing("app", 10), weighing("lib", 20), weighing("extra", 5)}),
        set_of(RungKind::dnf, false, {weighing("app", 10, 4), weighing("lib", 20, kept_of_lib)})};
  };
  const Ladder known = ladder_of(sets(15));
  CHECK(known.files_known);
  CHECK(known.rungs[0].size == 35);
  CHECK(known.rungs[1].size == 19);
  CHECK(known.rungs[1].files_left == 11);
  check_sums(known);
  const Ladder unknown = ladder_of(sets({}));
  CHECK_FALSE(unknown.files_known);
  CHECK(unknown.rungs[1].size == 30);
  CHECK(unknown.rungs[1].files_left == 0);
  check_sums(unknown);
}

TEST_CASE("packages of a base count, those of the build only do not") {
  ChosenPackage base = weighing("base", 100, 0);
  base.package.repo = base_repo_id;
  ChosenPackage leaving = weighing("tool", 50);
  const ChosenPackage staying = leaving;
  leaving.build_only = true;
  const Ladder ladder = ladder_of({set_of(RungKind::base, true, {base, staying}),
                                   set_of(RungKind::no_scriptlet_deps, false, {weighing("app", 1), leaving})});
  CHECK(ladder.rungs[0].size == 150);
  CHECK(ladder.rungs[1].packages == 1);
  CHECK(ladder.rungs[1].size == 1);
  CHECK(text_of(ladder.rungs[1].left) == "base 100\ntool 50\n");
  check_sums(ladder);
}

TEST_CASE("no sets are no ladder") { CHECK(ladder_of({}).rungs.empty()); }
