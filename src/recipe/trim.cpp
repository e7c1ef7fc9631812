#include "rootlet/trim.hpp"

#include "reader.hpp"

namespace rootlet::recipe {
namespace {

std::vector<std::string> read_globs(const Value& value, std::string_view key) {
  std::vector<std::string> globs;
  for (RecipeItem& item : read_one_or_more(value, key)) {
    if (!item.text.starts_with('/') || item.text == "/") {
      fail(item.mark, std::string(key) + ": '" + item.text + "' is not a glob over absolute paths",
           "write for instance /usr/share/i18n/**, which is all in that directory");
    }
    globs.push_back(std::move(item.text));
  }
  return globs;
}

}  // namespace

Trim read_trim(const Value& value, std::string_view key) {
  if (value.type == Value::Type::text && value.plain && value.text == "false") return Trim::off;
  const std::string word = read_one_of(value, key, {"off", "unneeded", "untouched"});
  if (word == "off") return Trim::off;
  return word == "unneeded" ? Trim::unneeded : Trim::untouched;
}

std::vector<std::string> read_keep(const Value& value, std::string_view key) { return read_globs(value, key); }

std::map<std::string, std::vector<std::string>> read_without(const Value& value, std::string_view key) {
  if (value.type != Value::Type::map) {
    fail(value.mark,
         std::string(key) + ": expected a map of packages to globs, found " + std::string(value.type_name()));
  }
  std::map<std::string, std::vector<std::string>> without;
  for (const Member& member : value.members) without[member.key] = read_globs(member.value, key);
  return without;
}

void require_traced(const Recipe& recipe, const Value* trim) {
  if (recipe.trim != Trim::untouched || !recipe.tests.empty() || trim == nullptr) return;
  fail(trim->mark, "trim: without tests, nothing tells which files are touched",
       "add tests that use all that the image is for, or say trim: unneeded");
}

}  // namespace rootlet::recipe
