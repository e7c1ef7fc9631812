#include "formats.hpp"

#include <algorithm>

namespace rootlet::imports {

using recipe::Member;
using recipe::Value;

std::string line_of(const Value& value) {
  switch (value.type) {
    case Value::Type::text: return value.text;
    case Value::Type::null: return "";
    case Value::Type::list: return "[…]";
    case Value::Type::map: return "{…}";
  }
  return "";
}

std::vector<const Value*> texts_of(const Value& value, const std::string& key, RecipeDraft& draft) {
  std::vector<const Value*> texts;
  const auto take = [&](const Value& one) {
    if (one.type == Value::Type::text) {
      texts.push_back(&one);
    } else {
      draft.leave(one.mark, key, "expected a string, found " + std::string(one.type_name()));
    }
  };
  if (value.type == Value::Type::list) {
    for (const Value& one : value.items) take(one);
  } else if (value.type != Value::Type::null) {
    take(value);
  }
  return texts;
}

std::optional<bool> flag_of(const Member& member, RecipeDraft& draft) {
  if (member.value.type == Value::Type::text && member.value.plain) {
    if (member.value.text == "true") return true;
    if (member.value.text == "false") return false;
  }
  draft.leave(member.mark, member.key, "expected true or false");
  return std::nullopt;
}

void leave_all(const Value& map, const std::string& prefix, const std::string& why, RecipeDraft& draft) {
  for (const Member& member : map.members) draft.leave(member.mark, prefix + member.key, why);
}

void set_text(const std::string& key, const Member& member, RecipeDraft& draft) {
  const std::vector<const Value*> texts = texts_of(member.value, member.key, draft);
  if (texts.size() != 1) return;
  draft.set(key, text_value(texts.front()->text, member.mark), member.key);
}

void set_list(const std::string& key, const Member& member, RecipeDraft& draft) {
  std::vector<std::string> words;
  for (const Value* one : texts_of(member.value, member.key, draft)) words.push_back(one->text);
  if (!words.empty()) draft.set(key, list_value(words, member.mark), member.key);
}

void put_all(const std::string& key, const Member& member, RecipeDraft& draft) {
  if (member.value.type != Value::Type::map) {
    return draft.leave(member.mark, member.key, "expected a map, found " + std::string(member.value.type_name()));
  }
  for (const Member& one : member.value.members) {
    const std::string what = member.key + "." + one.key;
    if (one.value.type == Value::Type::list || one.value.type == Value::Type::map) {
      draft.leave(one.mark, what, "expected a string, found " + std::string(one.value.type_name()));
      continue;
    }
    draft.put(key, one.key, text_value(one.value.text, one.mark), what);
  }
}

ForeignRepo repo_of(const std::string& id, const Value& map, const std::vector<std::string>& without) {
  ForeignRepo repo{id, map.mark, {}};
  for (const Member& member : map.members) {
    if (std::find(without.begin(), without.end(), member.key) != without.end()) continue;
    std::string text = member.value.text;
    for (const Value& one : member.value.items) text += (text.empty() ? "" : " ") + one.text;
    repo.keys.push_back({member.key, member.mark, text_value(text, member.mark)});
  }
  return repo;
}

void take_repositories(const Member& member, RecipeDraft& draft) {
  for (const Value& entry : member.value.items) {
    const Value* id = entry.find("id");
    if (id == nullptr || id->text.empty()) {
      draft.leave(entry.mark, "repositories", "an entry without id");
    } else {
      take_repo(repo_of(id->text, entry, {"id"}), draft);
    }
  }
}

void leave_weak_deps(const Mark& mark, const std::string& who, RecipeDraft& draft) {
  draft.leave(mark, "weak dependencies",
              who + " leaves it to the settings of DNF whether they come; here they come with weak_deps: true only");
}

void set_arches(const std::vector<std::string>& arches, const Member& member, RecipeDraft& draft) {
  if (arches.empty()) return;
  if (arches.size() == 1) return draft.set("arch", text_value(arches.front(), member.mark), member.key);
  draft.set("arches", list_value(arches, member.mark), member.key);
}

}  // namespace rootlet::imports
