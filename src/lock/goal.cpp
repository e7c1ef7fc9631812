#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "lock_format.hpp"

#include "base/json_field.hpp"

namespace rootlet::lock {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Preference> pinned(std::vector<Preference> preferences) {
  const auto place = [](const Preference& each) { return std::tie(each.item.text, each.only_tie); };
  for (Preference& each : preferences) each.item.mark = {};
  std::sort(preferences.begin(), preferences.end(),
            [&](const Preference& a, const Preference& b) { return place(a) < place(b); });
  const auto last = std::unique(preferences.begin(), preferences.end(),
                                [&](const Preference& a, const Preference& b) { return place(a) == place(b); });
  preferences.erase(last, preferences.end());
  return preferences;
}

Json preferences_json(const std::vector<Preference>& preferences) {
  Json list = Json::array();
  for (const Preference& each : preferences) {
    list.push_back(each.only_tie ? Json{{"name", each.item.text}, {"only", "ties"}} : Json(each.item.text));
  }
  return list;
}

std::vector<Preference> read_preferences(const Field& field) {
  std::vector<Preference> preferences;
  for (const Field& entry : field.list()) {
    if (!entry.is_object()) {
      preferences.push_back({{entry.text(), {}}});
      continue;
    }
    const Field only = entry.object({"name", "only"}).at("only");
    if (only.text() != "ties") only.fail("expected ties, found '" + only.text() + "'");
    preferences.push_back({{entry.at("name").text(), {}}, true});
  }
  return preferences;
}

Objective read_objective(const Field& field) {
  if (const auto objective = objective_of(field.text())) return *objective;
  field.fail("unknown objective '" + field.text() + "'");
}

ScriptletDeps read_scriptlet_deps(const Field& field) {
  if (const auto deps = scriptlet_deps_of(field.text())) return *deps;
  field.fail("expected keep or drop, found '" + field.text() + "'");
}

}  // namespace

Goal pin(const Goal& goal) {
  Goal out = goal;
  out.prefer = pinned(goal.prefer);
  out.avoid = pinned(goal.avoid);
  if (!goal.guard_rails) return out;
  out.guard_rails.emplace();
  for (const std::string& text : specs_of(*goal.guard_rails)) out.guard_rails->push_back({text, {}});
  return out;
}

void write_goal(Json& recipe, const Goal& goal) {
  recipe["objective"] = objective_name(goal.objective);
  if (goal.scriptlet_deps != ScriptletDeps::keep) recipe["scriptlet_deps"] = scriptlet_deps_name(goal.scriptlet_deps);
  if (!goal.prefer.empty()) recipe["prefer"] = preferences_json(goal.prefer);
  if (!goal.avoid.empty()) recipe["avoid"] = preferences_json(goal.avoid);
  if (goal.package_penalty != 0) recipe["package_penalty"] = goal.package_penalty;
  if (goal.guard_rails) recipe["guard_rails"] = specs_of(*goal.guard_rails);
}

Goal read_goal(const Field& recipe) {
  Goal goal;
  goal.objective = recipe.has("objective") ? read_objective(recipe.at("objective")) : Objective::dnf;
  if (recipe.has("scriptlet_deps")) goal.scriptlet_deps = read_scriptlet_deps(recipe.at("scriptlet_deps"));
  if (recipe.has("prefer")) goal.prefer = read_preferences(recipe.at("prefer"));
  if (recipe.has("avoid")) goal.avoid = read_preferences(recipe.at("avoid"));
  if (recipe.has("package_penalty")) goal.package_penalty = recipe.at("package_penalty").number();
  if (!recipe.has("guard_rails")) return goal;
  goal.guard_rails.emplace();
  for (const std::string& text : recipe.at("guard_rails").texts()) goal.guard_rails->push_back({text, {}});
  return goal;
}

}  // namespace rootlet::lock
