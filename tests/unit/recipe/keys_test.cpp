#include "recipe/keys.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "base/fs.hpp"
#include "recipe/written.hpp"

using namespace rootlet;
using nlohmann::json;

namespace {

using Names = std::set<std::string>;

const fs::path source = ROOTLET_SOURCE_DIR;

Names key_names() {
  const auto names = recipe::key_names();
  return {names.begin(), names.end()};
}

json schema_of_recipes() {
  return json::parse(read_file(source / "recipes/recipe.schema.json"))["definitions"]["fragment"]["properties"];
}

Names members_of(const json& object) {
  Names names;
  for (const auto& [name, any] : object.items()) names.insert(name);
  return names;
}

json sorted(json value) {
  if (value.is_array()) std::sort(value.begin(), value.end());
  return value;
}

}  // namespace

TEST_CASE("the schema of recipes has the keys that are read, and what holds without them") {
  const json schema = schema_of_recipes();
  CHECK(members_of(schema) == key_names());
  const auto compare = [&](const auto& keys, const auto& usual) {
    recipe::for_each_key(keys, [&](const auto& key) {
      if (!recipe::is_written_by_users(key)) return;
      INFO(key.name);
      const json& about = schema.at(std::string(key.name));
      if (about.contains("default")) CHECK(sorted(about["default"]) == sorted(json(recipe::written(key.of(usual)))));
    });
  };
  compare(recipe::selection_keys, Selection());
  compare(recipe::recipe_keys, Recipe());
}

TEST_CASE("the schema of locks has the keys that they keep, and requires those that each has") {
  const json schema = json::parse(read_file(source / "src/report/schema/lock.schema.json"))["definitions"]["recipe"];
  Names kept{"digest", "name"};
  Names always = kept;
  recipe::for_each_key(recipe::selection_keys, [&](const auto& key) {
    if (key.fate.lock != recipe::Written::never) kept.emplace(key.name);
    if (key.fate.lock == recipe::Written::always) always.emplace(key.name);
  });
  CHECK(members_of(schema["properties"]) == kept);
  CHECK(Names(schema["required"].begin(), schema["required"].end()) == always);
}

TEST_CASE("docs/recipes.md tells of every key, and the full recipe of the tests has it") {
  const std::string page = read_file(source / "docs/recipes.md") + read_file(source / "docs/private-repositories.md");
  const fs::path valid = source / "tests/unit/recipe/fixtures/valid";
  const recipe::Value full = recipe::load_tree((valid / "full.yaml").string());
  const recipe::Value several = recipe::load_tree((valid / "arches.yaml").string());  // has what goes without `arch`
  const recipe::Value named = recipe::load_tree((valid / "distro.yaml").string());    // has what goes with few repos
  for (const std::string& key : key_names()) {
    INFO(key);
    CHECK(page.find("`" + key + "`") != std::string::npos);
    CHECK(
        (key == "include" || full.find(key) != nullptr || several.find(key) != nullptr || named.find(key) != nullptr));
  }
}
