#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "base/fs.hpp"
#include "recipe/guard_rails.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

using namespace rootlet;

namespace {

using Strings = std::vector<std::string>;

/// A recipe for x86_64 with these lines.
Recipe load(const std::string& lines, const recipe::Overrides& overrides = {}) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(
      dir.path() / "r.yaml",
      "arch: x86_64\nrepos: [{id: base, baseurl: 'https://example.com/os', gpgcheck: false}]\npackages: [a]\n" + lines);
  return recipe::load(dir.path() / "r.yaml", overrides);
}

Strings texts(const std::vector<RecipeItem>& items) {
  Strings out;
  for (const RecipeItem& item : items) out.push_back(item.text);
  return out;
}

Strings texts(const std::vector<Preference>& preferences) {
  Strings out;
  for (const Preference& each : preferences) out.push_back(each.item.text + (each.only_tie ? " (ties)" : ""));
  return out;
}

}  // namespace

TEST_CASE("a recipe says which set of packages it wants, and an including one adds to it") {
  const Recipe recipe = recipe::load(fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures/valid/full.yaml");
  const Goal& goal = recipe.selection.goal;
  CHECK(goal.objective == Objective::smallest);
  CHECK(goal.scriptlet_deps == ScriptletDeps::drop);
  CHECK_FALSE(goal.os_release);
  CHECK(texts(goal.prefer) == Strings{"busybox", "mawk", "glibc-minimal-langpack (ties)", "389-ds"});
  CHECK(texts(goal.avoid) == Strings{"perl*"});
  CHECK(goal.package_penalty == 100'000);
  REQUIRE(goal.guard_rails);
  CHECK(texts(*goal.guard_rails) == Strings{"system-logos*", "system-release", "base-module(*)"});
  CHECK(goal.avoid.front().item.mark.line == 31);
  CHECK(goal.avoid.front().item.mark.column == 46);
}

TEST_CASE("a budget has limits in bytes and packages, and is no part of what decides the image") {
  const ImageBudget budget =
      recipe::load(fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures/valid/full.yaml").budget;
  CHECK(budget.installed_size == 40'000'000);
  CHECK(budget.compressed_size == 20 * 1024 * 1024);
  CHECK(budget.packages == 30);
  CHECK(budget.growth_percent == 2.5);
  CHECK(budget.growth_bytes == 2000);
  CHECK(budget.advisories ==
        std::map<AdvisorySeverity, std::size_t>{{AdvisorySeverity::critical, 0}, {AdvisorySeverity::important, 5}});
  CHECK(load("budget: {growth: 5%}").budget.growth_bytes == std::nullopt);
  CHECK(load("").budget == ImageBudget{});
}

TEST_CASE("limits have defaults and are no part of what decides the image") {
  const RecipeLimits limits =
      recipe::load(fs::path(ROOTLET_SOURCE_DIR) / "tests/unit/recipe/fixtures/valid/full.yaml").limits;
  CHECK(limits.seconds == 60);
  CHECK(limits.processes == 100);
  CHECK(limits.memory == 1'000'000'000);
  const Recipe other = load("limits: {seconds: 7}");
  CHECK(other.limits.seconds == 7);
  CHECK(other.limits.processes == RecipeLimits().processes);
  CHECK(other.digest == load("").digest);
}

TEST_CASE("each objective has its name") {
  CHECK(load("objective: smallest").selection.goal.objective == Objective::smallest);
  CHECK(load("objective: dnf").selection.goal.objective == Objective::dnf);
  CHECK(load("objective: fewest").selection.goal.objective == Objective::fewest);
  CHECK(load("objective: download").selection.goal.objective == Objective::download);
  CHECK(load("").selection.goal.objective == Goal().objective);
}

TEST_CASE("what the command line says stands above the recipe") {
  const std::string text = "objective: dnf\nscriptlet_deps: keep\n";
  const recipe::Overrides overrides{"", Objective::fewest, ScriptletDeps::drop};
  CHECK(load(text, overrides).selection.goal.objective == Objective::fewest);
  CHECK(load(text, overrides).selection.goal.scriptlet_deps == ScriptletDeps::drop);
  CHECK(load(text, overrides).digest == load("objective: fewest\nscriptlet_deps: drop\n").digest);
  CHECK(load("objective: fewest\n", {"", Goal().objective}).digest == load("").digest);
}

TEST_CASE("sizes have decimal and binary units") {
  const auto penalty = [](const std::string& text) {
    return load("package_penalty: " + text).selection.goal.package_penalty;
  };
  CHECK(penalty("0") == 0);
  CHECK(penalty("7") == 7);
  CHECK(penalty("7B") == 7);
  CHECK(penalty("7 kB") == 7'000);
  CHECK(penalty("\"7MB\"") == 7'000'000);
  CHECK(penalty("7GB") == 7'000'000'000);
  CHECK(penalty("7KiB") == 7'168);
  CHECK(penalty("7MiB") == 7'340'032);
  CHECK(penalty("7GiB") == 7'516'192'768);
  CHECK(penalty("1000000000000") == 1'000'000'000'000);
  CHECK(penalty("1000GB") == 1'000'000'000'000);
  CHECK_THROWS_AS(penalty("1001GB"), Error);
  CHECK_THROWS_AS(penalty("\"7  kB\""), Error);
  CHECK_THROWS_AS(penalty("\"7 \""), Error);
  CHECK_THROWS_AS(penalty("\"\""), Error);
}

TEST_CASE("an empty list of guard rails is not the built-in one") {
  CHECK_FALSE(load("").selection.goal.guard_rails);
  const Goal goal = load("guard_rails: []").selection.goal;
  REQUIRE(goal.guard_rails);
  CHECK(goal.guard_rails->empty());
}

TEST_CASE("a name that is preferred for one architecture may be avoided for another") {
  const Goal goal = load("prefer: [{name: b, arch: x86_64}]\navoid: [{name: b, arch: s390x}]\n").selection.goal;
  CHECK(texts(goal.prefer) == Strings{"b"});
  CHECK(goal.avoid.empty());
}

TEST_CASE("every key of the goal takes part in the digest, and one that is not there does not") {
  const std::string plain = load("").digest;
  CHECK(load("objective: " + std::string(objective_name(Goal().objective))).digest == plain);
  CHECK(load("scriptlet_deps: keep\nprefer: []\navoid: []\npackage_penalty: 0\n").digest == plain);
  std::set<std::string> digests{plain};
  const Strings lines{"objective: fewest",    "objective: download",
                      "scriptlet_deps: drop", "prefer: [b]",
                      "prefer: [c]",          "prefer: [{name: b, only: ties}]",
                      "avoid: [b]",           "avoid: [{name: b, only: ties}]",
                      "package_penalty: 1",   "package_penalty: 1kB",
                      "guard_rails: []",      "guard_rails: [b]",
                      "os_release: false"};
  for (const std::string& line : lines) {
    INFO(line);
    CHECK(digests.insert(load(line).digest).second);
  }
}

TEST_CASE("the built-in guard rails are in the library") {
  const recipe::GuardRails rails = recipe::guard_rails();
  CHECK(std::is_sorted(rails.keep_provider.begin(), rails.keep_provider.end()));
  CHECK(std::adjacent_find(rails.keep_provider.begin(), rails.keep_provider.end()) == rails.keep_provider.end());
  for (const char* capability : {"system-release", "base-module(*)", "*-jdk-binding", "nodejs(engine)"}) {
    INFO(capability);
    CHECK(std::binary_search(rails.keep_provider.begin(), rails.keep_provider.end(), capability));
  }
  CHECK(rails.fewer_features.at("glibc-minimal-langpack") == "locales other than C, POSIX and C.UTF-8");
  for (const auto& [name, loss] : rails.fewer_features) {
    INFO(name);
    CHECK_FALSE(loss.empty());
    CHECK_FALSE(loss.ends_with('.'));
  }
}
