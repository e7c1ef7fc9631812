#include "rootlet/recipe_file.hpp"

#include <algorithm>
#include <type_traits>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "distro.hpp"
#include "keys.hpp"
#include "rootlet/error.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* name_pattern = "[a-z0-9]+([._-][a-z0-9]+)*";

/// Calls a reader with what it takes.
template <class Key>
auto read_value(const Key& key, const Value& value, const Context& context) {
  using Read = decltype(key.read);
  if constexpr (std::is_invocable_v<Read, const Value&, std::string_view, const Context&>) {
    return key.read(value, key.name, context);
  } else if constexpr (std::is_invocable_v<Read, const Value&, const Context&>) {
    return key.read(value, context);
  } else if constexpr (std::is_invocable_v<Read, const Value&, std::string_view>) {
    return key.read(value, key.name);
  } else {
    return key.read(value);
  }
}

/// Sets the fields of the keys that the recipe has, but for those that load() reads by itself.
template <class Keys, class Owner>
void read_keys(const Keys& keys, Owner& owner, const MapReader& map, const Context& context) {
  for_each_key(keys, [&](const auto& key) {
    using Read = decltype(key.read);
    if constexpr (!std::is_same_v<Read, ByLoad> && !std::is_same_v<Read, FromFiles>) {
      if (const Value* value = map.find(key.name)) key.of(owner) = read_value(key, *value, context);
    }
  });
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

/// A recipe without packages is about files.
void require_something(const Recipe& recipe, const Value& packages) {
  const auto brings = [](const RecipeFile& file) { return file.tree || file.requirements; };
  if (!recipe.selection.packages.empty() || std::any_of(recipe.files.begin(), recipe.files.end(), brings)) return;
  const std::string for_arch = packages.items.empty() ? "" : " for " + recipe.selection.arch;
  fail(packages.mark, "packages: the list is empty" + for_arch,
       "name at least one package, or add files: with a tree, a tar or an image");
}

void require_repos(const Recipe& recipe, const MapReader& map) {
  if (!recipe.repos.empty()) return;
  const std::vector<RecipeItem>& packages = recipe.selection.packages;
  const auto named =
      std::find_if(packages.begin(), packages.end(), [](const RecipeItem& item) { return !is_local_file(item.text); });
  if (named == packages.end()) return;
  const Value* repos = map.find("repos");
  fail(repos == nullptr ? map.mark() : repos->mark,
       "the recipe names no repository for the package '" + named->text + "'",
       "add distro: such as fedora:44, or repos: with at least an id and a baseurl");
}

}  // namespace

std::vector<RecipeItem> read_exclude(const Value& value, std::string_view key, const Context& context) {
  std::vector<RecipeItem> items = read_specs(value, key, context);
  for (const RecipeItem& item : items) {
    if (is_collection(item.text)) {
      fail(item.mark, std::string(key) + ": '" + item.text + "' is a group or module; only packages can be excluded",
           "a module is kept out with modules: {disable: [NAME]}");
    }
  }
  return items;
}

WeakDeps read_weak_deps(const Value& value, std::string_view key, const Context& context) {
  if (value.type == Value::Type::list) return {.of = read_specs(value, key, context)};
  return {.all = read_bool(value, key)};
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

std::vector<std::string> read_content_sets(const Value& value) {
  std::set<std::string> sets;
  for (const RecipeItem& item : read_items(value, "content_sets")) {
    if (!matches(item.text, "[A-Za-z0-9][A-Za-z0-9_.+-]*")) {
      fail(item.mark, "content_sets: '" + item.text + "' is not the id of a repository",
           "write for instance rhel-9-for-x86_64-baseos-rpms");
    }
    sets.insert(item.text);
  }
  return {sets.begin(), sets.end()};
}

std::vector<std::string> read_sboms(const Value& value) {
  const std::vector<std::string> known(sbom::format_names.begin(), sbom::format_names.end());
  std::set<std::string> formats;
  for (const RecipeItem& item : read_one_or_more(value, "sbom")) {
    if (!sbom::format_of(item.text)) {
      fail(item.mark, "sbom: unknown format '" + item.text + "'" + did_you_mean(item.text, known),
           "known here: " + join(known, ", "));
    }
    formats.insert(item.text);
  }
  return {formats.begin(), formats.end()};
}

std::string read_rpmdb(const Value& value) {
  if (value.type == Value::Type::text) {
    if (value.text == "auto" || value.text == rpmdb_manifest) return value.text;
    if (value.plain && value.text == "false") return {};
    if (value.text.find('%') != std::string::npos) {
      fail(value.mark, "rpmdb: '" + value.text + "' holds a '%', which rpm takes for the beginning of a macro");
    }
    if (value.text.starts_with('/') && value.text != "/") return read_absolute_path(value, "rpmdb");
  }
  fail(value.mark, "rpmdb: expected auto, an absolute path, manifest or false, found " +
                       (value.type == Value::Type::text ? "'" + value.text + "'" : std::string(value.type_name())));
}

UnknownOwners read_owners(const Value& value, std::string_view key) {
  return read_one_of(value, key, {"warn", "strict"}) == "strict" ? UnknownOwners::strict : UnknownOwners::warn;
}

Scriptlets read_scriptlets(const Value& value, std::string_view key) {
  return read_one_of(value, key, {"run", "none"}) == "none" ? Scriptlets::none : Scriptlets::run;
}

std::vector<std::string> key_names() {
  std::vector<std::string> names{"distro", "include", "name", "repos", "variants"};
  const auto add = [&](const auto& key) {
    if (is_written_by_users(key)) names.emplace_back(key.name);
  };
  for_each_key(selection_keys, add);
  for_each_key(recipe_keys, add);
  return names;
}

void check_arch(const std::string& arch) {
  if (const auto unknown = refused_arch(arch)) throw usage_error(unknown->message, unknown->hint);
}

namespace {

constexpr const char* no_recipe =
    "rootlet init writes a recipe to begin with, rootlet import makes one of a file of another program";

/// The recipe's tree, with what stands above it.
Value tree_of(const fs::path& path, const Overrides& overrides) {
  Value tree = overrides.packages.empty()
                   ? load_tree(path.string(), no_recipe)
                   : tree_of_packages(path.filename().string(), overrides.distro, overrides.packages);
  if (!overrides.repos_from.empty()) take_release(tree, overrides.repos_from.string());
  if (!overrides.releasever.empty()) set_release(tree, overrides.releasever);
  if (!overrides.variant.empty()) take_variant(tree, overrides.variant, path.string());
  static_cast<void>(variant_names(tree));
  expand_distro(tree);
  return tree;
}

/// `arch`: empty: as the recipe or the machine has it.
Recipe recipe_of(const Value& tree, const fs::path& path, const std::string& arch, const Overrides& overrides) {
  const MapReader map(tree, "recipe", key_names());
  Recipe recipe;
  Selection& selection = recipe.selection;
  const fs::path directory = fs::canonical(parent_dir(path));
  recipe.path = directory / path.filename();
  recipe.name = read_name(map, path) + (overrides.variant.empty() ? "" : "-" + overrides.variant);
  selection.releasever = read_word(map, "releasever", "");
  recipe.arches = read_arches(map);
  selection.arch = read_arch(map, recipe.arches, arch);
  if (const Value* v = map.find("vars")) selection.vars = read_vars(*v);
  const Context context{directory, selection.arch, selection.releasever, &recipe.relative,
                        variables_of(selection.arch, selection.releasever, selection.vars)};
  if (const Value* v = map.find("repos")) recipe.repos = read_repos(*v, context);
  selection.packages = read_packages(map.require("packages"), context);
  require_repos(recipe, map);
  read_keys(selection_keys, selection, map, context);
  require_no_contradiction(selection.goal);
  selection.goal.objective = overrides.objective.value_or(selection.goal.objective);
  selection.goal.scriptlet_deps = overrides.scriptlet_deps.value_or(selection.goal.scriptlet_deps);
  read_keys(recipe_keys, recipe, map, context);
  if (!overrides.on.empty()) {
    recipe.base = image_named(overrides.on);
    recipe.relative.insert(recipe.base.substr(std::min(recipe.base.find('/'), recipe.base.size())));
  }
  if (recipe.scriptlets == Scriptlets::run && !recipe.scriptlets_left_out.empty()) {
    fail(map.require("scriptlets_left_out").mark, "scriptlets_left_out: all scriptlets run",
         "it goes with scriptlets: none");
  }
  require_traced(recipe, map.find("trim"));
  recipe.arch_drift = overrides.arch_drift.value_or(recipe.arch_drift);
  require_something(recipe, map.require("packages"));
  recipe.digest = compute_digest(recipe, directory);
  return recipe;
}

}  // namespace

Recipe load(const fs::path& path, const Overrides& overrides) {
  return recipe_of(tree_of(path, overrides), path, overrides.arch, overrides);
}

std::vector<std::string> arches_of(const fs::path& path) {
  const Value tree = load_tree(path.string(), no_recipe);
  return read_arches(MapReader(tree, "recipe", key_names()));
}

std::vector<Recipe> load_each(const fs::path& path, const Overrides& overrides) {
  std::vector<Recipe> recipes;
  if (!overrides.arch.empty()) return recipes;
  const Value tree = tree_of(path, overrides);
  if (tree.find("arches") == nullptr) return recipes;
  for (const std::string& arch : read_arches(MapReader(tree, "recipe", key_names()))) {
    recipes.push_back(recipe_of(tree, path, arch, overrides));
  }
  return recipes;
}

}  // namespace rootlet::recipe
