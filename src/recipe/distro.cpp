#include "distro.hpp"

#include <algorithm>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "reader.hpp"
#include "rootlet/distros.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* list_hint = "rootlet init --list has all of them; docs/distros.md says how to describe others";

Value map_at(const Mark& mark) {
  Value map;
  map.type = Value::Type::map;
  map.mark = mark;
  return map;
}

void set(Value& map, const std::string& key, Value value) {
  const Mark mark = value.mark;
  map.members.push_back({key, mark, std::move(value)});
}

/// The names of releases, as the description lists them.
std::vector<std::string> releases_of(const Value& distro) {
  const Value& releases = *distro.find("releases");
  std::vector<std::string> names;
  for (const Member& member : releases.members) names.push_back(member.key);
  return names;
}

/// Gives the repositories that have no key of their own these keys.
void add_keys(Value& repos, const Value* keys) {
  if (keys == nullptr) return;
  for (Value& repo : repos.items) {
    if (repo.type == Value::Type::map && repo.find("gpgkey") == nullptr) set(repo, "gpgkey", *keys);
  }
}

/// The keys of a recipe that a release of a distribution stands for. `wanted`: its name.
Value keys_of_release(const Value& distro, const std::string& wanted) {
  const Value& release = *distro.find("releases")->find(wanted);
  Value keys = map_at(release.mark);
  Value releasever = text_of_command_line(wanted, "");
  releasever.mark = release.mark;
  set(keys, "releasever", releasever);
  for (const Value* part : {&distro, &release}) {
    const Value* repos = part->find("repos");
    if (repos == nullptr) continue;
    Value over = map_at(part->mark);
    set(over, "repos", *repos);
    merge(keys, std::move(over));
  }
  const Value* own = release.find("gpgkey");
  for (Member& member : keys.members) {
    if (member.key == "repos") add_keys(member.value, own == nullptr ? distro.find("gpgkey") : own);
  }
  if (const Value* platform = release.find("platform")) {
    Value modules = map_at(platform->mark);
    set(modules, "platform", *platform);
    set(keys, "modules", modules);
  }
  return keys;
}

/// A release of a distribution.
struct Named {
  Value distro;  ///< its description
  std::string release;
};

/// Errors: there is no such distribution or release.
Named find_distro(const Value& wanted) {
  const std::string text = read_text(wanted, "distro");
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const auto files = distro_files();
  const auto file = files.find(name);
  if (file == files.end()) {
    std::vector<std::string> names;
    for (const auto& [known, path] : files) names.push_back(known);
    fail(wanted.mark, "unknown distribution '" + text + "'" + did_you_mean(name, names),
         "known here: " + join(names, ", ") + "; " + list_hint);
  }
  Named named{load_distro(name, file->second), colon == std::string::npos ? "" : text.substr(colon + 1)};
  const std::vector<std::string> releases = releases_of(named.distro);
  const std::string known = "known releases: " + join(releases, ", ");
  if (named.release.empty()) {
    fail(wanted.mark, "the distribution '" + text + "' is named without a release",
         known + "; write for instance " + name + ":" + releases.back());
  }
  if (std::find(releases.begin(), releases.end(), named.release) == releases.end()) {
    fail(wanted.mark, "the distribution '" + name + "' has no release '" + named.release + "'",
         known + "; docs/distros.md says how to describe others");
  }
  return named;
}

/// Fails where a description has what no description has.
void check_description(const Value& distro) {
  const MapReader map(distro, "distribution", {"title", "repos", "gpgkey", "images", "releases"});
  static_cast<void>(read_text(map.require("title"), "title"));
  if (const Value* images = map.find("images")) static_cast<void>(read_texts(*images, "images"));
  const Value& releases = map.require("releases");
  if (releases.type != Value::Type::map || releases.members.empty()) {
    fail(releases.mark, "releases: expected a map of releases, found " + std::string(releases.type_name()));
  }
  for (const Member& member : releases.members) {
    const MapReader release(member.value, "release " + member.key, {"repos", "gpgkey", "platform"});
    if (map.find("repos") == nullptr) static_cast<void>(release.require("repos"));
  }
}

}  // namespace

Value text_of_command_line(const std::string& text, const std::string& where) {
  Value value;
  value.type = Value::Type::text;
  value.mark.file = where;
  value.text = text;
  return value;
}

Value load_distro(const std::string& name, const fs::path& file) {
  Budget budget{"description of a distribution"};
  Value distro = file.empty() ? parse_yaml(built_in_distro(name), "rootlet's " + name + ".yaml", budget)
                              : parse_yaml(read_limited(file.string(), budget.what), file.string(), budget);
  check_description(distro);
  return distro;
}

void expand_distro(Value& tree) {
  const Value* wanted = tree.find("distro");
  if (wanted == nullptr) return;
  const Named named = find_distro(*wanted);
  std::erase_if(tree.members, [](const Member& member) { return member.key == "distro"; });
  Value whole = keys_of_release(named.distro, named.release);
  merge(whole, std::move(tree));
  tree = std::move(whole);
}

Value tree_of_packages(const std::string& name, const std::string& distro, const std::vector<std::string>& packages) {
  Value tree = map_at(Mark{"the command line"});
  set(tree, "name", text_of_command_line(name, tree.mark.file));
  set(tree, "distro", text_of_command_line(distro, "--distro"));
  Value list = map_at(tree.mark);
  list.type = Value::Type::list;
  for (const std::string& package : packages) list.items.push_back(text_of_command_line(package, tree.mark.file));
  set(tree, "packages", std::move(list));
  return tree;
}

std::vector<Distro> known_distros() {
  std::vector<Distro> known;
  for (const auto& [name, file] : distro_files()) {
    const Value distro = load_distro(name, file);
    known.push_back({name, read_text(*distro.find("title"), "title"), releases_of(distro), file});
  }
  return known;
}

void check_distro(const std::string& distro) {
  static_cast<void>(find_distro(text_of_command_line(distro, "--distro")));
}

}  // namespace rootlet::recipe
