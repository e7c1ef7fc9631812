#include <algorithm>
#include <array>
#include <span>

#include "keys.hpp"

namespace rootlet::recipe {
namespace {

using Names = std::span<const std::string_view>;

/// A list whose entries are maps with an identity.
struct KeyedList {
  std::string_view list;
  std::string_view identity;
  /// Keys that exclude each other: naming one of them takes the others of the included entry away.
  std::array<std::string_view, 7> choice;
};

constexpr std::array<KeyedList, 3> keyed_lists{
    {{"repos", "id", {"baseurl", "metalink", "mirrorlist"}},
     {"users", "name", {}},
     {"files", "path", {"content", "source", "target", "directory", "tree", "tar", "image"}}}};

bool contains(Names names, std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); }

Member* find_member(Value& map, std::string_view key) {
  const auto found =
      std::find_if(map.members.begin(), map.members.end(), [&](const Member& m) { return m.key == key; });
  return found == map.members.end() ? nullptr : &*found;
}

void override_keys(Value& base, Value over, Names choice) {
  const bool chooses = std::any_of(over.members.begin(), over.members.end(),
                                   [&](const Member& member) { return contains(choice, member.key); });
  if (chooses) std::erase_if(base.members, [&](const Member& member) { return contains(choice, member.key); });
  for (Member& member : over.members) {
    if (Member* known = find_member(base, member.key)) {
      *known = std::move(member);
    } else {
      base.members.push_back(std::move(member));
    }
  }
  base.mark = over.mark;
}

const std::string* identity_of(const Value& entry, std::string_view key) {
  const Value* value = entry.find(key);
  return value != nullptr && value->type == Value::Type::text ? &value->text : nullptr;
}

void merge_keyed(Value& base, Value over, const KeyedList& rule) {
  // Only entries of the included files are looked at: two equal ones in one file stay two, and are refused later.
  const std::size_t included = base.items.size();
  std::vector<bool> taken(included, false);
  for (Value& entry : over.items) {
    const std::string* id = identity_of(entry, rule.identity);
    std::size_t i = 0;
    while (i < included) {
      const std::string* known = identity_of(base.items[i], rule.identity);
      if (!taken[i] && id != nullptr && known != nullptr && *id == *known) break;
      ++i;
    }
    if (i < included) {
      taken[i] = true;
      override_keys(base.items[i], std::move(entry), rule.choice);
    } else {
      base.items.push_back(std::move(entry));
    }
  }
}

void merge_list(Value& base, Value over) {
  for (Value& item : over.items) {
    const bool known =
        item.type == Value::Type::text && std::any_of(base.items.begin(), base.items.end(), [&](const Value& other) {
          return other.type == Value::Type::text && other.text == item.text;
        });
    if (!known) base.items.push_back(std::move(item));
  }
}

/// See Fate::either_way.
bool may_be_either(std::string_view name) {
  bool found = false;
  const auto look = [&](const auto& key) { found = found || (key.name == name && key.fate.either_way); };
  for_each_key(selection_keys, look);
  for_each_key(recipe_keys, look);
  return found;
}

void merge_member(Member& base, Member over) {
  if (base.value.type != over.value.type && may_be_either(base.key)) {
    base = std::move(over);
    return;
  }
  if (base.value.type != over.value.type) {
    fail(over.value.mark, over.key + ": this is " + std::string(over.value.type_name()) + ", but " +
                              std::string(base.value.type_name()) + " in " + base.value.mark.str());
  }
  const bool is_command = over.key == "entrypoint" || over.key == "cmd";
  const auto* const rule =
      std::find_if(keyed_lists.begin(), keyed_lists.end(), [&](const KeyedList& r) { return r.list == over.key; });
  if (over.value.type == Value::Type::map) {
    merge(base.value, std::move(over.value));
  } else if (over.value.type != Value::Type::list || is_command) {
    base = std::move(over);
  } else if (rule != keyed_lists.end()) {
    merge_keyed(base.value, std::move(over.value), *rule);
  } else {
    merge_list(base.value, std::move(over.value));
  }
}

}  // namespace

void merge(Value& base, Value over) {
  for (Member& member : over.members) {
    if (Member* known = find_member(base, member.key)) {
      merge_member(*known, std::move(member));
    } else {
      base.members.push_back(std::move(member));
    }
  }
  base.mark = over.mark;
}

}  // namespace rootlet::recipe
