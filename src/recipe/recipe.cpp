#include "rootlet/recipe_file.hpp"

#include <sys/utsname.h>

#include <algorithm>

#include "base/fs.hpp"
#include "reader.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* name_pattern = "[a-z0-9]+([._-][a-z0-9]+)*";

std::string host_arch() {
  utsname host{};
  return uname(&host) == 0 ? host.machine : "x86_64";
}

MapReader read_top(const Value& tree) {
  std::vector<std::string> known{"objective", "scriptlet_deps", "prefer", "avoid", "package_penalty", "guard_rails"};
  known.insert(known.end(), {"name",       "include",
                             "releasever", "vars",
                             "arch",       "repos",
                             "packages",   "exclude",
                             "modules",    "group_package_types",
                             "weak_deps",  "docs",
                             "langs",      "localpkg_gpgcheck",
                             "rpmdb",      "users",
                             "owners",     "scriptlets_may_fail",
                             "files",      "image",
                             "tests",      "budget"});
  return {tree, "recipe", known};
}

std::string read_name(const MapReader& map, const fs::path& path) {
  const Value* value = map.find("name");
  const std::string name = value == nullptr ? path.stem().string() : read_text(*value, "name");
  if (matches(name, name_pattern, 128)) return name;
  const std::string rule = "a name has lower-case letters and digits, with single . _ - between them";
  if (value != nullptr) fail(value->mark, "name: '" + name + "' is not a name of an image", rule);
  fail(Mark{path.string()}, "the file's name '" + name + "' is not a name of an image", "add the key name; " + rule);
}

/// The text of `key` or `fallback`; a word that goes into URLs and file names.
std::string read_word(const MapReader& map, const char* key, const std::string& fallback) {
  const Value* value = map.find(key);
  if (value == nullptr) return fallback;
  std::string word = read_text(*value, key);
  if (!matches(word, "[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
    fail(value->mark, std::string(key) + ": '" + word + "' is not one word of letters, digits and . _ -");
  }
  return word;
}

std::string read_arch(const MapReader& map, const std::string& wanted) {
  const Value* value = map.find("arch");
  const std::string own = value == nullptr ? host_arch() : read_text(*value, "arch");
  if (value != nullptr) {
    if (const auto unknown = refused_arch(own)) fail(value->mark, "arch: " + unknown->message, unknown->hint);
  }
  if (wanted.empty()) return own;
  check_arch(wanted);
  return wanted;
}

std::vector<std::string> read_langs(const Value& value) {
  std::vector<std::string> langs;
  for (RecipeItem& item : read_items(value, "langs")) {
    if (!matches(item.text, "[A-Za-z][A-Za-z0-9_.@-]*")) {
      fail(item.mark, "langs: '" + item.text + "' is not a locale", "write for instance de or pt_BR");
    }
    langs.push_back(std::move(item.text));
  }
  return langs;
}

std::string read_rpmdb(const Value& value) {
  if (value.type == Value::Type::text) {
    if (value.text == "auto") return "auto";
    if (value.plain && value.text == "false") return {};
    if (value.text.find('%') != std::string::npos) {
      fail(value.mark, "rpmdb: the path has a '%', which rpm would not take as it is");
    }
    if (value.text.starts_with('/') && value.text != "/") return read_absolute_path(value, "rpmdb");
  }
  fail(value.mark, "rpmdb: expected auto, an absolute path or false, found " +
                       (value.type == Value::Type::text ? "'" + value.text + "'" : std::string(value.type_name())));
}

std::vector<RecipeTest> read_tests(const Value& value) {
  std::vector<RecipeTest> tests;
  for (const Value& entry : read_list(value, "tests", "tests")) {
    const MapReader map(entry, "tests", {"run"});
    RecipeTest test{read_texts(map.require("run"), "run"), entry.mark};
    if (test.run.empty() || test.run.front().empty()) fail(entry.mark, "run: the command is empty");
    tests.push_back(std::move(test));
  }
  return tests;
}

std::vector<RecipeItem> read_exclude(const Value& value, const Context& context) {
  std::vector<RecipeItem> items = read_specs(value, "exclude", context);
  for (const RecipeItem& item : items) {
    if (is_collection(item.text)) {
      fail(item.mark, "exclude: '" + item.text + "' is a group or module; only packages can be excluded",
           "a module is kept out with modules: {disable: [NAME]}");
    }
  }
  return items;
}

void read_weak_deps(Recipe& recipe, const Value& value, const Context& context) {
  if (value.type == Value::Type::list) {
    recipe.weak_deps_of = read_specs(value, "weak_deps", context);
  } else {
    recipe.weak_deps = read_bool(value, "weak_deps");
  }
}

void read_choices(Recipe& recipe, const MapReader& map, const Context& context) {
  if (const Value* v = map.find("exclude")) recipe.exclude = read_exclude(*v, context);
  if (const Value* v = map.find("modules")) recipe.modules = read_modules(*v);
  if (const Value* v = map.find("group_package_types")) recipe.group_package_types = read_group_package_types(*v);
  if (const Value* v = map.find("weak_deps")) read_weak_deps(recipe, *v, context);
  recipe.goal = read_goal(map, context);
  if (const Value* v = map.find("docs")) recipe.docs = read_bool(*v, "docs");
  if (const Value* v = map.find("langs")) recipe.langs = read_langs(*v);
  if (const Value* v = map.find("localpkg_gpgcheck")) {
    recipe.localpkg_gpgcheck = read_bool(*v, "localpkg_gpgcheck");
  }
  if (const Value* v = map.find("rpmdb")) recipe.rpmdb = read_rpmdb(*v);
  if (const Value* v = map.find("scriptlets_may_fail")) {
    recipe.scriptlets_may_fail = read_specs(*v, "scriptlets_may_fail", context);
  }
  if (const Value* v = map.find("owners")) {
    recipe.owners = read_one_of(*v, "owners", {"warn", "strict"}) == "strict" ? Owners::strict : Owners::warn;
  }
}

void require_repos(const Recipe& recipe, const MapReader& map) {
  if (!recipe.repos.empty()) return;
  const auto named = std::find_if(recipe.packages.begin(), recipe.packages.end(),
                                  [](const RecipeItem& item) { return !is_local_file(item.text); });
  if (named == recipe.packages.end()) return;
  const Value* repos = map.find("repos");
  fail(repos == nullptr ? map.mark() : repos->mark,
       "the recipe names no repository for the package '" + named->text + "'",
       "add repos: with at least an id and a baseurl");
}

}  // namespace

void check_arch(const std::string& arch) {
  if (const auto unknown = refused_arch(arch)) throw usage_error(unknown->message, unknown->hint);
}

Recipe load(const fs::path& path, const Overrides& overrides) {
  Value tree = load_tree(path.string());
  if (!overrides.repos_from.empty()) take_release(tree, overrides.repos_from.string());
  if (!overrides.releasever.empty()) set_release(tree, overrides.releasever);
  const MapReader map = read_top(tree);
  Recipe recipe;
  const fs::path directory = fs::canonical(parent_dir(path));
  recipe.path = directory / path.filename();
  recipe.name = read_name(map, path);
  recipe.releasever = read_word(map, "releasever", "");
  recipe.arch = read_arch(map, overrides.arch);
  if (const Value* v = map.find("vars")) recipe.vars = read_vars(*v);
  const Context context{directory, recipe.arch, recipe.releasever, &recipe.relative,
                        variables_of(recipe.arch, recipe.releasever, recipe.vars)};
  if (const Value* v = map.find("repos")) recipe.repos = read_repos(*v, context);
  recipe.packages = read_packages(map.require("packages"), context);
  require_repos(recipe, map);
  read_choices(recipe, map, context);
  recipe.goal.objective = overrides.objective.value_or(recipe.goal.objective);
  recipe.goal.scriptlet_deps = overrides.scriptlet_deps.value_or(recipe.goal.scriptlet_deps);
  if (const Value* v = map.find("users")) recipe.users = read_users(*v);
  if (const Value* v = map.find("files")) recipe.files = read_files(*v, context);
  if (const Value* v = map.find("image")) recipe.image = read_image(*v);
  if (const Value* v = map.find("tests")) recipe.tests = read_tests(*v);
  if (const Value* v = map.find("budget")) recipe.budget = read_budget(*v);
  recipe.digest = compute_digest(recipe, directory);
  return recipe;
}

}  // namespace rootlet::recipe
