#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/recipe.hpp"
#include "value.hpp"

namespace rootlet::recipe {

/// A map whose keys are all known. `what` names it in messages ("repos").
class MapReader {
 public:
  MapReader(const Value& value, std::string_view what, std::vector<std::string> known);

  [[nodiscard]] const Value* find(std::string_view key) const noexcept { return value_.find(key); }
  /// Throws "<what>: the key '<key>' is missing".
  [[nodiscard]] const Value& require(std::string_view key) const;
  [[nodiscard]] const Mark& mark() const noexcept { return value_.mark; }

 private:
  const Value& value_;
  std::string what_;
};

/// Each reads one value and throws "<key>: expected a list of strings, found a map" and the like.
std::string read_text(const Value& value, std::string_view key);
bool read_bool(const Value& value, std::string_view key);
std::uint32_t read_number(const Value& value, std::string_view key, std::uint32_t max);
/// The largest number of a user or a group: all ones means "no change" to chown(2) and is nobody's.
inline constexpr std::uint32_t max_id = UINT32_MAX - 1;
/// Bytes, 1 TB at most: "100kB", "100 KiB", or a number alone.
std::uint64_t read_size(const Value& value, std::string_view key);
std::vector<RecipeItem> read_items(const Value& value, std::string_view key);
/// One string or a list of them.
std::vector<RecipeItem> read_one_or_more(const Value& value, std::string_view key);
std::vector<std::string> read_texts(const Value& value, std::string_view key);
/// One of the words `known`.
std::string read_one_of(const Value& value, std::string_view key, const std::vector<std::string>& known);
std::map<std::string, std::string> read_text_map(const Value& value, std::string_view key);
const std::vector<Value>& read_list(const Value& value, std::string_view key, std::string_view of_what);
/// An absolute path without empty, "." or ".." components and control characters.
std::string read_absolute_path(const Value& value, std::string_view key);

/// ECMAScript regular expression over the whole text. For short texts only: the length is checked first.
bool matches(const std::string& text, const char* pattern, std::size_t max_length = 255);

/// Facts that places in a recipe are resolved against.
struct Context {
  std::filesystem::path directory;  ///< of the recipe; canonical
  std::string arch;
  std::string releasever;
  std::set<std::string>* relative = nullptr;  ///< Recipe::relative
  std::map<std::string, std::string> variables = {};
};

/// Items, each a string or `{name: …, arch: …}`, which counts only for these architectures (RPM's names or $basearch).
std::vector<RecipeItem> read_conditional_items(const Value& value, std::string_view key, const Context& context);

/// The same for entries that match packages; none may be empty.
std::vector<RecipeItem> read_specs(const Value& value, std::string_view key, const Context& context);

/// Whether the `arch` of a map, one or a list, names the target's. Absent: yes.
bool for_this_arch(const Value& entry, const Context& context);

/// The absolute form of a path that stands at `mark`: relative to the file that names it. Noted in
/// Context::relative unless it was written absolute and lies outside the recipe's directory.
std::filesystem::path resolve_path(const std::string& text, const Mark& mark, const Context& context);

/// Recipe::arches. Errors: an architecture that OCI has no name for; two that are one platform of OCI's; `arch` beside
/// it.
std::vector<std::string> read_arches(const MapReader& map);
/// Selection::arch. `wanted`: on the command line; may be empty.
std::string read_arch(const MapReader& map, const std::vector<std::string>& arches, const std::string& wanted);

struct UnknownArch {
  std::string message;
  std::string hint;
};
/// Nothing where `arch` is an architecture of RPM's to build for (noarch is none).
std::optional<UnknownArch> refused_arch(const std::string& arch);

/// Selection::vars.
std::map<std::string, std::string> read_vars(const Value& value);

/// The way out of an address that has_sound_authority() refuses.
inline constexpr const char* odd_authority_hint =
    "what is special in a user name or a password is written as %XX: %2F for a slash, %40 for an at sign";

/// The keys of a repository that say how it is reached.
std::vector<std::string> access_keys();
/// Fails where a repository has a key `password`.
void refuse_passwords(const Value& repo);
/// Reads access_keys(); what its addresses held of secrets is there already.
void read_access(RepoSpec& repo, const MapReader& map, const Context& context);

std::vector<RepoSpec> read_repos(const Value& value, const Context& context);
std::vector<RecipeItem> read_packages(const Value& value, const Context& context);
std::vector<RecipeItem> read_exclude(const Value& value, std::string_view key, const Context& context);
WeakDeps read_weak_deps(const Value& value, std::string_view key, const Context& context);
RecipeModules read_modules(const Value& value);
Objective read_objective(const Value& value, std::string_view key);
ScriptletDeps read_scriptlet_deps(const Value& value, std::string_view key);
Upgrade read_upgrade(const Value& value, std::string_view key);
/// Recipe::base.
std::string read_base(const Value& value, const Context& context);
/// The same of an image that a user names: paths are relative to the working directory.
std::string image_named(const std::string& name);
/// The name of an image, a path in it absolute.
std::string read_image_name(const Value& value, std::string_view key, const Context& context);
std::vector<Preference> read_preferences(const Value& value, std::string_view key, const Context& context);
/// Fails where a package is both preferred and avoided.
void require_no_contradiction(const Goal& goal);
/// Sorted, each once.
std::vector<std::string> read_group_package_types(const Value& value);
std::vector<std::string> read_langs(const Value& value);
/// Recipe::content_sets: sorted, each once.
std::vector<std::string> read_content_sets(const Value& value);
/// Recipe::sboms: one format or a list.
std::vector<std::string> read_sboms(const Value& value);
/// Recipe::rpmdb.
std::string read_rpmdb(const Value& value);
UnknownOwners read_owners(const Value& value, std::string_view key);
std::vector<RecipeUser> read_users(const Value& value);
std::vector<RecipeFile> read_files(const Value& value, const Context& context);
ImageConfig read_image(const Value& value);
RecipeLayers read_layers(const Value& value, std::string_view key, const Context& context);
Scriptlets read_scriptlets(const Value& value, std::string_view key);
Trim read_trim(const Value& value, std::string_view key);
/// Globs over absolute paths.
std::vector<std::string> read_keep(const Value& value, std::string_view key);
std::map<std::string, std::vector<std::string>> read_without(const Value& value, std::string_view key);
/// Fails where a recipe trims what its tests do not touch, and has none.
void require_traced(const Recipe& recipe, const Value* trim);
ArchDrift read_arch_drift(const Value& value, std::string_view key);
/// A program and its arguments. Fails where the program's name is empty.
std::vector<std::string> read_command(const Value& value, std::string_view key);
std::map<std::string, std::string> read_env(const Value& value);
/// "app", "1001:0".
std::string read_user_name(const Value& value);
std::vector<RootTest> read_tests(const Value& value, const Context& context);
/// Whether a text is a regular expression of ECMAScript, and no larger than std::regex can take on any stack.
bool is_expression(const std::string& text);
/// Tests of container-structure-test (schema 2.0.0). `left_out`: what no test holds, a sentence each.
std::vector<RootTest> read_structure_tests(const Value& file, std::vector<std::string>& left_out);
ImageBudget read_budget(const Value& value);
RecipeLimits read_limits(const Value& value);

/// Sets `releasever` in the tree of a recipe, or the release of its `distro`. Fails where its repositories do not use
/// it.
void set_release(Value& tree, const std::string& releasever);
/// Puts the `distro` or `repos` of a file, and its `releasever`, `vars` and `modules` where it has them, in place of
/// those of a recipe's tree. Fails where it has neither of the first two, or anything else.
void take_release(Value& tree, const std::string& file);

/// The variants of a recipe's tree. Fails where one has a key that is no affair of it, or no packages.
std::vector<std::string> variant_names(const Value& tree);
/// Puts a variant in place of the recipe's main image: its packages, files and the like. `file`: for messages.
void take_variant(Value& tree, const std::string& name, const std::string& file);

/// Whether an entry of a loaded recipe's packages is a local file.
bool is_local_file(const std::string& package) noexcept;

/// See Recipe::digest.
std::string compute_digest(const Recipe& recipe, const std::filesystem::path& directory);

}  // namespace rootlet::recipe
