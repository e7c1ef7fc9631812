#include <algorithm>

#include "reader.hpp"

namespace rootlet::recipe {

Objective read_objective(const Value& value, std::string_view key) {
  std::vector<std::string> known;
  for (const Objective each : objectives) known.emplace_back(objective_name(each));
  return *objective_of(read_one_of(value, key, known));
}

ScriptletDeps read_scriptlet_deps(const Value& value, std::string_view key) {
  return *scriptlet_deps_of(read_one_of(value, key, {"keep", "drop"}));
}

std::vector<Preference> read_preferences(const Value& value, std::string_view key, const Context& context) {
  std::vector<Preference> preferences;
  for (const Value& entry : read_list(value, key, "strings")) {
    Preference preference{{"", entry.mark}};
    if (entry.type == Value::Type::map) {
      const MapReader map(entry, key, {"name", "only", "arch"});
      const Value& name = map.require("name");
      preference.item = {read_text(name, key), name.mark};
      const Value* only = map.find("only");
      preference.only_tie = only != nullptr && read_one_of(*only, "only", {"ties"}) == "ties";
    } else {
      preference.item.text = read_text(entry, key);
    }
    const RecipeItem& item = preference.item;
    if (item.text.empty()) fail(item.mark, std::string(key) + ": an entry is empty");
    if (is_collection(item.text)) {
      fail(item.mark, std::string(key) + ": '" + item.text + "' is a group or module; only packages can stand here");
    }
    if (entry.type != Value::Type::map || for_this_arch(entry, context)) preferences.push_back(std::move(preference));
  }
  return preferences;
}

void require_no_contradiction(const Goal& goal) {
  for (const Preference& avoided : goal.avoid) {
    const auto preferred = std::find_if(goal.prefer.begin(), goal.prefer.end(),
                                        [&](const Preference& each) { return each.item.text == avoided.item.text; });
    if (preferred == goal.prefer.end()) continue;
    fail(avoided.item.mark, "avoid: '" + avoided.item.text + "' is preferred, too, at " + preferred->item.mark.str(),
         "take one of the two out");
  }
}

}  // namespace rootlet::recipe
