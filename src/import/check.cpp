#include <algorithm>
#include <functional>
#include <map>

#include "base/fs.hpp"
#include "draft.hpp"
#include "recipe/reader.hpp"
#include "rootlet/distros.hpp"
#include "rootlet/error.hpp"
#include "rootlet/recipe_file.hpp"

namespace rootlet::imports {
namespace {

using recipe::Context;
using recipe::Value;

/// Runs a reader of recipes; the sentence of its error, without the place, which the caller knows.
std::optional<std::string> error_of(const std::function<void()>& read) {
  try {
    read();
    return std::nullopt;
  } catch (const Error& error) {
    std::string text = error.what();
    // "FILE:LINE:COLUMN: ": messages of readers begin with a mark.
    for (int colons = 0; colons < 3; ++colons) {
      const std::size_t digits = text.find(':');
      if (digits == std::string::npos) break;
      const bool last = text.compare(digits, 2, ": ") == 0;
      if (colons == 0 && last) break;
      text.erase(0, digits + (last ? 2 : 1));
      if (last) break;
    }
    return text;
  }
}

void read_arch_names(const Value& value) {
  for (const Value& item : value.type == Value::Type::list ? value.items : std::vector<Value>{value}) {
    if (const auto unknown = recipe::refused_arch(item.text)) throw usage_error(unknown->message, unknown->hint);
  }
}

void read_release(const Value& value) {
  if (!recipe::matches(recipe::read_text(value, "releasever"), "[A-Za-z0-9][A-Za-z0-9._+-]*")) {
    throw usage_error("'" + value.text + "' is no release such as 9 or 42");
  }
}

/// Whether an address of a repository holds $releasever, or a part of it.
bool uses_release(const Value& value) {
  const bool here =
      value.text.find("$releasever") != std::string::npos || value.text.find("${releasever") != std::string::npos;
  return here || std::any_of(value.items.begin(), value.items.end(), uses_release) ||
         std::any_of(value.members.begin(), value.members.end(),
                     [](const recipe::Member& member) { return uses_release(member.value); });
}

Value map_of(const std::string& key, const Value& value) {
  Value map = map_value(value.mark);
  set_member(map, key, value);
  return map;
}

}  // namespace

std::optional<std::string> refused(const std::string& key, const Value& value, const fs::path& directory) {
  std::set<std::string> relative;
  const Context context{directory, recipe::host_arch(), "", &relative};
  const std::string inner = key.substr(key.find('.') + 1);
  const std::map<std::string, std::function<void()>> readers{
      {"distro", [&] { recipe::check_distro(value.text); }},
      {"releasever", [&] { read_release(value); }},
      {"arch", [&] { read_arch_names(value); }},
      {"arches", [&] { read_arch_names(value); }},
      {"vars", [&] { recipe::read_vars(value); }},
      {"packages", [&] { recipe::read_packages(value, context); }},
      {"exclude", [&] { recipe::read_exclude(value, key, context); }},
      {"langs", [&] { recipe::read_langs(value); }},
      {"base", [&] { recipe::read_base(value, context); }},
      {"users", [&] { recipe::read_users(value); }},
      {"files", [&] { recipe::read_files(value, context); }},
      {"modules", [&] { recipe::read_modules(map_of(inner, value)); }},
      {"image", [&] { recipe::read_image(map_of(inner, value)); }},
      {"weak_deps", [&] { recipe::read_bool(value, key); }},
      {"docs", [&] { recipe::read_bool(value, key); }},
      {"os_release", [&] { recipe::read_bool(value, key); }},
  };
  return error_of(readers.at(key.substr(0, key.find('.'))));
}

std::vector<std::string> faults_of_repos(const Value& tree, const fs::path& directory) {
  const Value* repos = tree.find("repos");
  if (repos == nullptr) return {};
  const Value* release = tree.find("releasever");
  const Value* vars = tree.find("vars");
  // Without one, that alone is told: any will do for the rest.
  const std::string releasever = release == nullptr ? "1.1" : release->text;
  std::set<std::string> relative;
  std::map<std::string, std::string> own;
  for (const recipe::Member& one : vars == nullptr ? std::vector<recipe::Member>() : vars->members) {
    own[one.key] = one.value.text;
  }
  const Context context{directory, recipe::host_arch(), releasever, &relative,
                        recipe::variables_of(recipe::host_arch(), releasever, own)};
  std::vector<std::string> faults;
  if (release == nullptr && tree.find("distro") == nullptr &&
      std::any_of(repos->items.begin(), repos->items.end(), uses_release)) {
    faults.emplace_back(
        "releasever: addresses use $releasever; --releasever says which release of the distribution it is");
  }
  for (const Value& repo : repos->items) {
    Value one;
    one.type = Value::Type::list;
    one.mark = repo.mark;
    one.items.push_back(repo);
    try {
      recipe::read_repos(one, context);
    } catch (const Error& error) {
      faults.push_back(std::string("repos: ") + error.what() + (error.hint().empty() ? "" : "; " + error.hint()));
    }
  }
  return faults;
}

}  // namespace rootlet::imports
