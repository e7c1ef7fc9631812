#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/secrets.hpp"
#include "lock_format.hpp"
#include "recipe/written.hpp"

namespace rootlet::lock {
namespace {

template <class T>
void pin_value(const T& /*value*/) {}

void pin_value(std::vector<RecipeItem>& items) {
  std::vector<RecipeItem> pinned;
  for (const std::string& text : specs_of(items)) pinned.push_back({text, {}});
  items = std::move(pinned);
}

void pin_value(std::optional<std::vector<RecipeItem>>& items) {
  if (items) pin_value(*items);
}

void pin_value(std::vector<Preference>& preferences) {
  const auto place = [](const Preference& each) { return std::tie(each.item.text, each.only_tie); };
  for (Preference& each : preferences) each.item.mark = {};
  std::sort(preferences.begin(), preferences.end(),
            [&](const Preference& a, const Preference& b) { return place(a) < place(b); });
  const auto last = std::unique(preferences.begin(), preferences.end(),
                                [&](const Preference& a, const Preference& b) { return place(a) == place(b); });
  preferences.erase(last, preferences.end());
}

/// Which file needs it may change without another set.
void pin_value(std::vector<FileRequirement>& requirements) {
  for (FileRequirement& each : requirements) each = {{each.item.text, {}}};
}

void pin_value(WeakDeps& weak_deps) { pin_value(weak_deps.of); }

void pin_value(RecipeModules& modules) {
  pin_value(modules.enable);
  pin_value(modules.disable);
}

void pin_value(std::map<std::string, std::string>& vars) {
  std::erase_if(vars, [](const auto& item) { return is_secret_name(item.first); });
}

void read_value(const Field& field, std::string& text) { text = field.text(); }

void read_value(const Field& field, bool& value) { value = field.boolean(); }

void read_value(const Field& field, std::uint64_t& number) { number = field.number(); }

void read_value(const Field& field, RecipeItem& item) { item.text = field.text(); }

void read_value(const Field& field, FileRequirement& requirement) { read_value(field, requirement.item); }

void read_value(const Field& field, Preference& preference) {
  if (!field.is_object()) {
    read_value(field, preference.item);
    return;
  }
  const Field only = field.object({"name", "only"}).at("only");
  if (only.text() != "ties") only.fail("expected ties, found '" + only.text() + "'");
  preference.only_tie = true;
  read_value(field.at("name"), preference.item);
}

void read_value(const Field& field, std::map<std::string, std::string>& texts) {
  for (const auto& [name, value] : field.members()) texts[name] = value.text();
}

template <class T>
void read_value(const Field& field, std::vector<T>& list) {
  list.clear();
  for (const Field& each : field.list()) read_value(each, list.emplace_back());
}

template <class T>
void read_value(const Field& field, std::optional<T>& value) {
  read_value(field, value.emplace());
}

void read_value(const Field& field, WeakDeps& weak_deps) {
  if (field.is_list()) {
    read_value(field, weak_deps.of);
  } else {
    read_value(field, weak_deps.all);
  }
}

void read_value(const Field& field, RecipeModules& modules) {
  field.object({"enable", "disable", "platform"});
  if (field.has("enable")) read_value(field.at("enable"), modules.enable);
  if (field.has("disable")) read_value(field.at("disable"), modules.disable);
  if (field.has("platform")) read_value(field.at("platform"), modules.platform);
}

void read_value(const Field& field, Objective& objective) {
  const auto known = objective_of(field.text());
  if (!known) field.fail("unknown objective '" + field.text() + "'");
  objective = *known;
}

void read_value(const Field& field, ScriptletDeps& deps) {
  const auto known = scriptlet_deps_of(field.text());
  if (!known) field.fail("expected keep or drop, found '" + field.text() + "'");
  deps = *known;
}

void read_value(const Field& field, Upgrade& upgrade) {
  const auto known = upgrade_of(field.text());
  if (!known) field.fail("expected none, security or all, found '" + field.text() + "'");
  upgrade = *known;
}

}  // namespace

Selection pin(const Selection& selection) {
  Selection out;
  recipe::for_each_key(recipe::selection_keys, [&](const auto& key) {
    if (key.fate.lock == recipe::Written::never) return;
    key.of(out) = key.of(selection);
    pin_value(key.of(out));
  });
  return out;
}

void write_selection(nlohmann::ordered_json& out, const Selection& selection) {
  recipe::for_each_written(
      recipe::selection_keys, &recipe::Fate::lock, selection,
      [&](const auto& key, const auto& value) { out[std::string(key.name)] = recipe::written(value); });
}

std::vector<std::string> selection_names() {
  std::vector<std::string> names;
  recipe::for_each_key(recipe::selection_keys, [&](const auto& key) {
    if (key.fate.lock != recipe::Written::never) names.emplace_back(key.name);
  });
  return names;
}

Selection read_selection(const Field& recipe) {
  static_cast<void>(recipe.at("arch").word());  // it becomes a part of names
  Selection selection;
  selection.goal.objective = Objective::dnf;  // of locks from when there was nothing else
  recipe::for_each_key(recipe::selection_keys, [&](const auto& key) {
    const std::string name(key.name);
    if (key.fate.lock == recipe::Written::never) return;
    if (key.fate.lock == recipe::Written::always || recipe.has(name)) read_value(recipe.at(name), key.of(selection));
  });
  return selection;
}

}  // namespace rootlet::lock
