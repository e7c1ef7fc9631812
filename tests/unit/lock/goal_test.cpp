#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/fs.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

using namespace rootlet;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;

Recipe plain_recipe() {
  Recipe recipe;
  recipe.name = "web";
  recipe.selection.arch = "x86_64";
  recipe.selection.goal.objective = Objective::dnf;
  recipe.digest = std::string(64, 'd');
  return recipe;
}

/// The lock of a recipe that needs no packages.
std::string text_of(const Recipe& recipe) { return lock::to_json(lock::make(recipe, {}, {}), "/"); }

Lock read(const std::string& text) {
  const TempDir dir(fs::temp_directory_path(), "rootlet-test-");
  write_file(dir.path() / "web.lock.json", text);
  return lock::read(dir.path() / "web.lock.json");
}

/// What reading says of the file when the recipe's field `key` is `value`.
std::string goal_error(const std::string& key, const json& value) {
  json document = json::parse(text_of(plain_recipe()));
  document["recipe"][key] = value;
  try {
    static_cast<void>(read(document.dump()));
  } catch (const Error& error) {
    const std::string message = error.what();
    return message.substr(message.find(".json: ") + 7);
  }
  return "no error";
}

}  // namespace

TEST_CASE("a lock keeps which set the recipe wanted, and names what changed") {
  Recipe recipe = plain_recipe();
  recipe.selection.goal.objective = Objective::smallest;
  recipe.selection.goal.scriptlet_deps = ScriptletDeps::drop;
  recipe.selection.goal.prefer = {{{"mawk", {}}}, {{"busybox", {}}, true}, {{"mawk", {}}}};
  recipe.selection.goal.avoid = {{{"perl*", {}}}};
  recipe.selection.goal.package_penalty = 1000;
  recipe.selection.goal.guard_rails = {{"system-release", {}}, {"base-module(*)", {}}};
  const std::string text = text_of(recipe);
  const json written = json::parse(text)["recipe"];
  CHECK(written["objective"] == "smallest");
  CHECK(written["scriptlet_deps"] == "drop");
  CHECK(written["prefer"] == json::parse(R"([{"name": "busybox", "only": "ties"}, "mawk"])"));
  CHECK(written["avoid"] == json::array({"perl*"}));
  CHECK(written["package_penalty"] == 1000);
  CHECK(written["guard_rails"] == json::array({"base-module(*)", "system-release"}));
  const Lock lock = read(text);
  CHECK(lock::to_json(lock, "/") == text);
  CHECK(lock::differences(lock, recipe).empty());
  Recipe other = plain_recipe();
  other.selection.goal.prefer = {{{"mawk", {}}, true}};
  CHECK(lock::differences(lock, other) ==
        Strings{"avoid 'perl*' was removed", "prefer 'busybox, only: ties' was removed", "prefer 'mawk' was removed",
                "prefer 'mawk, only: ties' was added",
                "the recipe's guard_rails is the built-in list, the lock's base-module(*), system-release",
                "the recipe's objective is dnf, the lock's smallest",
                "the recipe's package_penalty is 0, the lock's 1000",
                "the recipe's scriptlet_deps is keep, the lock's drop"});
  other = recipe;
  other.selection.goal.guard_rails.emplace();
  CHECK(lock::differences(lock, other) ==
        Strings{"the recipe's guard_rails is empty, the lock's base-module(*), system-release"});
}

TEST_CASE("a lock from before there were objectives was made as DNF would choose") {
  Recipe recipe = plain_recipe();
  json document = json::parse(text_of(recipe));
  CHECK(document["recipe"].erase("objective") == 1);
  const Lock lock = read(document.dump());
  CHECK(lock.selection.goal.objective == Objective::dnf);
  CHECK(lock::differences(lock, recipe).empty());
  recipe.selection.goal.objective = Objective::fewest;
  CHECK(lock::differences(lock, recipe) == Strings{"the recipe's objective is fewest, the lock's dnf"});
}

TEST_CASE("wrong fields of a lock's goal are named") {
  const std::string f = "recipe.";
  CHECK(goal_error("objective", "largest") == f + "objective: unknown objective 'largest'");
  CHECK(goal_error("objective", 5) == f + "objective: expected a string, found 5");
  CHECK(goal_error("scriptlet_deps", "lose") == f + "scriptlet_deps: expected keep or drop, found 'lose'");
  CHECK(goal_error("prefer", "a") == f + "prefer: expected a list, found string");
  CHECK(goal_error("prefer", json::parse("[5]")) == f + "prefer[0]: expected a string, found 5");
  CHECK(goal_error("avoid", json::parse(R"([{"name": "a"}])")) == f + "avoid[0].only: the field is missing");
  CHECK(goal_error("avoid", json::parse(R"([{"name": "a", "only": "tie"}])")) ==
        f + "avoid[0].only: expected ties, found 'tie'");
  CHECK(goal_error("avoid", json::parse(R"([{"name": "a", "arch": "x"}])")) == f + "avoid[0].arch: unknown field");
  CHECK(goal_error("package_penalty", -1) ==
        f + "package_penalty: expected a whole number from 0 to 9223372036854775807, found -1");
  CHECK(goal_error("guard_rails", json::parse("[{}]")) == f + "guard_rails[0]: expected a string, found object");
}
