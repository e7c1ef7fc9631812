#include "reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <regex>

#include "base/fs.hpp"
#include "base/text.hpp"

namespace rootlet::recipe {
namespace {

[[noreturn]] void mismatch(const Value& value, std::string_view key, std::string_view expected,
                           const std::string& guess = {}) {
  fail(value.mark, std::string(key) + ": expected " + std::string(expected) + ", found " +
                       (value.type == Value::Type::text ? "'" + value.text + "'" : std::string(value.type_name())) +
                       guess);
}

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<Unit, 7> units{{{"B", 1},
                                     {"kB", 1'000},
                                     {"MB", 1'000'000},
                                     {"GB", 1'000'000'000},
                                     {"KiB", 1ULL << 10},
                                     {"MiB", 1ULL << 20},
                                     {"GiB", 1ULL << 30}}};

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

}  // namespace

MapReader::MapReader(const Value& value, std::string_view what, std::vector<std::string> known)
    : value_(value), what_(what) {
  if (value.type != Value::Type::map) mismatch(value, what, "a map");
  std::sort(known.begin(), known.end());
  for (const Member& member : value.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    fail(member.mark, "unknown key '" + member.key + "'" + did_you_mean(member.key, known),
         "known here: " + join(known, ", "));
  }
}

const Value& MapReader::require(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  fail(value_.mark, what_ + ": the key '" + std::string(key) + "' is missing");
}

std::string read_text(const Value& value, std::string_view key) {
  if (value.type != Value::Type::text) mismatch(value, key, "a string");
  return value.text;
}

bool read_bool(const Value& value, std::string_view key) {
  if (value.type == Value::Type::text && value.plain) {
    if (value.text == "true") return true;
    if (value.text == "false") return false;
  }
  mismatch(value, key, "true or false");
}

std::uint32_t read_number(const Value& value, std::string_view key, std::uint32_t max) {
  const bool is_number = value.type == Value::Type::text && value.plain && matches(value.text, "0|[1-9][0-9]{0,9}");
  const std::uint64_t number = is_number ? std::stoull(value.text) : std::numeric_limits<std::uint64_t>::max();
  if (number > max) mismatch(value, key, "a number from 0 to " + std::to_string(max));
  return static_cast<std::uint32_t>(number);
}

std::uint64_t read_size(const Value& value, std::string_view key) {
  constexpr std::uint64_t max = 1'000'000'000'000;
  const std::size_t end = std::min(value.text.find_first_not_of("0123456789"), value.text.size());
  const std::string number = value.text.substr(0, end);
  std::string name = value.text.substr(end);
  if (name.starts_with(' ')) name.erase(0, 1);
  if (end == value.text.size() && value.plain) name = "B";
  const auto* const unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& each) { return each.name == name; });
  const bool is_size = unit != units.end() && matches(number, "0|[1-9][0-9]{0,12}");
  if (!is_size || std::stoull(number) > max / unit->bytes) {
    mismatch(value, key, "a number of bytes up to 1 TB, or such a number with B, kB, MB, GB, KiB, MiB or GiB");
  }
  return std::stoull(number) * unit->bytes;
}

const std::vector<Value>& read_list(const Value& value, std::string_view key, std::string_view of_what) {
  if (value.type != Value::Type::list) mismatch(value, key, "a list of " + std::string(of_what));
  return value.items;
}

std::vector<RecipeItem> read_items(const Value& value, std::string_view key) {
  std::vector<RecipeItem> items;
  for (const Value& item : read_list(value, key, "strings")) items.push_back({read_text(item, key), item.mark});
  return items;
}

std::vector<RecipeItem> read_one_or_more(const Value& value, std::string_view key) {
  if (value.type == Value::Type::text) return {{value.text, value.mark}};
  if (value.type != Value::Type::list) mismatch(value, key, "a string or a list of strings");
  return read_items(value, key);
}

std::vector<std::string> read_texts(const Value& value, std::string_view key) {
  std::vector<std::string> texts;
  for (RecipeItem& item : read_items(value, key)) texts.push_back(std::move(item.text));
  return texts;
}

std::string read_one_of(const Value& value, std::string_view key, const std::vector<std::string>& known) {
  const bool is_text = value.type == Value::Type::text;
  if (is_text && std::find(known.begin(), known.end(), value.text) != known.end()) return value.text;
  const std::string all_but_last = join(std::span(known).first(known.size() - 1), ", ");
  mismatch(value, key, all_but_last + (all_but_last.empty() ? "" : " or ") + known.back(),
           is_text ? did_you_mean(value.text, known) : "");
}

std::map<std::string, std::string> read_text_map(const Value& value, std::string_view key) {
  if (value.type != Value::Type::map) mismatch(value, key, "a map of strings");
  std::map<std::string, std::string> texts;
  for (const Member& member : value.members) {
    if (member.key.empty()) fail(member.mark, std::string(key) + ": a name is empty");
    texts[member.key] = read_text(member.value, std::string(key) + "." + member.key);
  }
  return texts;
}

std::string read_absolute_path(const Value& value, std::string_view key) {
  const std::string path = read_text(value, key);
  const auto bad = [&](const std::string& why) {
    fail(value.mark, std::string(key) + ": the path '" + path + "' " + why);
  };
  if (!path.starts_with('/')) bad("is not absolute");
  if (has_control(path)) bad("holds a control character");
  if (path.size() > 4095) bad("is too long");
  for (std::size_t begin = 1; begin <= path.size() && path.size() > 1;) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view component = std::string_view(path).substr(begin, end - begin);
    if (component == "..") bad("must not contain '..'");
    if (component == ".") bad("must not contain '.'");
    if (component.empty()) bad("has a slash too many");
    begin = end + 1;
  }
  return path;
}

bool matches(const std::string& text, const char* pattern, std::size_t max_length) {
  thread_local std::map<std::string, std::regex, std::less<>> compiled;  // the few patterns of this folder
  auto known = compiled.find(std::string_view(pattern));
  if (known == compiled.end()) known = compiled.emplace(pattern, std::regex(pattern)).first;
  return text.size() <= max_length && std::regex_match(text, known->second);
}

std::filesystem::path resolve_path(const std::string& text, const Mark& mark, const Context& context) {
  const fs::path written = text;
  fs::path resolved;
  std::error_code error;
  if (written.is_absolute()) {
    resolved = written.lexically_normal();
  } else {
    // Of what may be reached through a symbolic link, only the naming file's directory is resolved.
    const fs::path directory = fs::canonical(parent_dir(mark.file), error);
    if (error) fail(mark, "cannot read the directory of '" + mark.file + "': " + error.message());
    resolved = (directory / written).lexically_normal();
  }
  const std::string from_recipe = resolved.lexically_relative(context.directory).string();
  const bool below = from_recipe != ".." && !from_recipe.starts_with("../");
  if (below || !written.is_absolute()) context.relative->insert(resolved.string());
  return resolved;
}

}  // namespace rootlet::recipe
