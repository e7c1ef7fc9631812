#include "draft.hpp"

#include <algorithm>

#include "base/fs.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

namespace rootlet::imports {

using recipe::Value;

Value text_value(std::string text, const Mark& mark) {
  Value value;
  value.type = Value::Type::text;
  value.mark = mark;
  value.text = std::move(text);
  return value;
}

Value plain_value(std::string text, const Mark& mark) {
  Value value = text_value(std::move(text), mark);
  value.plain = true;
  return value;
}

Value bool_value(bool value, const Mark& mark) { return plain_value(value ? "true" : "false", mark); }

Value list_value(const std::vector<std::string>& texts, const Mark& mark) {
  Value value;
  value.type = Value::Type::list;
  value.mark = mark;
  for (const std::string& text : texts) value.items.push_back(text_value(text, mark));
  return value;
}

Value map_value(const Mark& mark) {
  Value value;
  value.type = Value::Type::map;
  value.mark = mark;
  return value;
}

void set_member(Value& map, const std::string& key, Value value) {
  for (recipe::Member& member : map.members) {
    if (member.key != key) continue;
    member.value = std::move(value);
    return;
  }
  const Mark mark = value.mark;
  map.members.push_back({key, mark, std::move(value)});
}

Value item_value(const std::string& text, const std::vector<std::string>& arches, const Mark& mark) {
  if (arches.empty()) return text_value(text, mark);
  Value value = map_value(mark);
  set_member(value, "name", text_value(text, mark));
  set_member(value, "arch", list_value(arches, mark));
  return value;
}

std::string shown(const std::string& text, std::size_t most) {
  std::string line = legible(without_secrets(text));
  if (line.size() <= most) return line;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return line.substr(0, end) + "…";
}

namespace {

constexpr std::size_t long_line = 1000;

bool is_file_of_package(const std::string& entry) {
  return entry.ends_with(".rpm") && entry.find('/') != std::string::npos;
}

bool same(const Value& one, const Value& other) {
  const auto same_member = [](const recipe::Member& a, const recipe::Member& b) {
    return a.key == b.key && same(a.value, b.value);
  };
  return one.type == other.type && one.text == other.text &&
         std::equal(one.items.begin(), one.items.end(), other.items.begin(), other.items.end(), same) &&
         std::equal(one.members.begin(), one.members.end(), other.members.begin(), other.members.end(), same_member);
}

std::pair<std::string, std::string> halves(const std::string& key) {
  const std::size_t dot = key.find('.');
  return dot == std::string::npos ? std::pair{key, std::string()} : std::pair{key.substr(0, dot), key.substr(dot + 1)};
}

}  // namespace

RecipeDraft::RecipeDraft(fs::path directory, fs::path top) : directory_(std::move(directory)), top_(std::move(top)) {
  tree_.type = Value::Type::map;
}

const Value* RecipeDraft::find(const std::string& key) const {
  const auto [first, second] = halves(key);
  const Value* value = tree_.find(first);
  return value == nullptr || second.empty() ? value : value->find(second);
}

Value& RecipeDraft::place(const std::string& key, Value::Type type, const Mark& mark) {
  const auto member = [&](Value& map, const std::string& name, Value::Type wanted) -> Value& {
    if (map.find(name) == nullptr) {
      Value fresh;
      fresh.type = wanted;
      fresh.mark = mark;
      set_member(map, name, std::move(fresh));
    }
    return std::find_if(map.members.begin(), map.members.end(), [&](const auto& one) { return one.key == name; })
        ->value;
  };
  const auto [first, second] = halves(key);
  if (second.empty()) return member(tree_, first, type);
  return member(member(tree_, first, Value::Type::map), second, type);
}

std::optional<std::string> RecipeDraft::refusal(const std::string& key, const Value& value) const {
  return refused(key, value, top_);
}

void RecipeDraft::set(const std::string& key, Value value, const std::string& what, const std::string& why) {
  const Mark mark = value.mark;
  if (const auto cause = refusal(key, value)) return leave(mark, what, *cause);
  place(key, value.type, mark) = std::move(value);
  note_taken(mark, what, key, why);
}

void RecipeDraft::add(const std::string& key, Value item, const std::string& what, const std::string& why) {
  const Mark mark = item.mark;
  const Value* name = item.type == Value::Type::map ? item.find("name") : &item;
  const auto out = name == nullptr || key != "packages" ? kept_out_.end() : kept_out_.find(name->text);
  if (out != kept_out_.end()) return leave(mark, what, out->second);
  Value whole;
  whole.type = Value::Type::list;
  const Value* there = find(key);
  const bool told_apart = key == "users" || key == "files";
  const std::size_t most = told_apart ? 500 : 5000;
  if (there != nullptr && there->items.size() >= most) {
    return leave(mark, what, "there are " + grouped(most) + " already, which is as many as are taken");
  }
  if (told_apart && there != nullptr) whole = *there;
  whole.mark = mark;
  whole.items.push_back(item);
  if (const auto cause = refusal(key, whole)) return leave(mark, what, *cause);
  move_paths(key, item);
  Value& list = place(key, Value::Type::list, mark);
  const bool known =
      std::any_of(list.items.begin(), list.items.end(), [&](const Value& one) { return same(one, item); });
  if (!known) list.items.push_back(std::move(item));
  note_taken(mark, what, key, why);
}

void RecipeDraft::add_packages_of(const RecipeDraft& other) {
  for (const char* key : {"packages", "modules.enable", "modules.disable"}) {
    const Value* list = other.find(key);
    if (list == nullptr) continue;
    for (const Value& item : list->items) {
      const Value* name = item.type == Value::Type::map ? item.find("name") : &item;
      add(key, item, name->text);
    }
  }
}

void RecipeDraft::move_paths(const std::string& key, Value& item) const {
  if (key == "packages") {
    if (is_file_of_package(item.text)) item.text = moved(item.text, item.mark);
  }
  if (key != "files") return;
  if (const Value* source = item.find("source")) {
    set_member(item, "source", text_value(moved(source->text, source->mark), source->mark));
  }
}

void RecipeDraft::put(const std::string& key, const std::string& name, Value value, const std::string& what) {
  const Mark mark = value.mark;
  Value whole = map_value(mark);
  set_member(whole, name, value);
  if (const auto cause = name.empty() ? "its name is empty" : refusal(key, whole)) return leave(mark, what, *cause);
  set_member(place(key, Value::Type::map, mark), name, std::move(value));
  note_taken(mark, what, key);
}

void RecipeDraft::add_repo(Value repo) {
  const Mark mark = repo.mark;
  place("repos", Value::Type::list, mark).items.push_back(std::move(repo));
}

void RecipeDraft::drop(const std::string& key) {
  const auto [first, second] = halves(key);
  if (find(key) == nullptr) return;
  Value& map = second.empty() ? tree_ : place(first, Value::Type::map, {});
  std::erase_if(map.members, [&](const recipe::Member& one) { return one.key == (second.empty() ? first : second); });
}

void RecipeDraft::note_taken(const Mark& mark, const std::string& what, const std::string& key,
                             const std::string& why) {
  notes_.push_back({mark, shown(what), key, shown(why)});
}

void RecipeDraft::leave(const Mark& mark, const std::string& what, const std::string& why) {
  notes_.push_back({mark, shown(what), "", shown(why)});
}

void RecipeDraft::lack(const std::string& sentence) {
  const std::string line = shown(sentence, long_line);
  if (std::find(missing_.begin(), missing_.end(), line) == missing_.end()) missing_.push_back(line);
}

std::string RecipeDraft::moved(const std::string& path, const Mark& mark) const {
  if (path.empty() || is_url(path) || path.starts_with('/') || path.starts_with('$')) return path;
  std::error_code error;
  const fs::path from = fs::weakly_canonical(directory_.empty() ? "." : directory_, error);
  if (error) return path;
  const fs::path to = fs::weakly_canonical(parent_dir(mark.file), error) / path;
  if (error) return path;
  return to.lexically_normal().lexically_relative(from).string();
}

std::vector<std::string> RecipeDraft::missing() const {
  std::vector<std::string> all;
  const Value* repos = find("repos");
  const Value* packages = find("packages");
  const bool only_files = packages != nullptr && !packages->items.empty() &&
                          std::all_of(packages->items.begin(), packages->items.end(),
                                      [](const Value& item) { return is_file_of_package(item.text); });
  if (!only_files && find("distro") == nullptr && (repos == nullptr || repos->items.empty())) {
    all.emplace_back(
        "repos: the file names no repository whose address is known; --repos FILE.repo takes those of a .repo file");
  }
  if (packages == nullptr || packages->items.empty()) {
    all.emplace_back("packages: the file names no package that could be taken; --packages takes names");
  }
  for (const std::string& fault : faults_of_repos(tree_, top_)) all.push_back(shown(fault, long_line));
  for (const std::string& one : missing_) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  }
  return all;
}

}  // namespace rootlet::imports
