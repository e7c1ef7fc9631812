#include <algorithm>

#include "base/text.hpp"
#include "lock_format.hpp"
#include "recipe/keys.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::lock {
namespace {

std::string shown(const std::string& value) { return value.empty() ? "nothing" : value; }

void compare_value(std::vector<std::string>& out, const std::string& what, const std::string& before,
                   const std::string& now) {
  if (before != now) out.push_back(what + " changed from " + shown(before) + " to " + shown(now));
}

void compare_specs(std::vector<std::string>& out, const std::string& what, const std::vector<std::string>& before,
                   const std::vector<std::string>& now) {
  const auto missing = [](const std::vector<std::string>& list, const std::string& entry) {
    return std::find(list.begin(), list.end(), entry) == list.end();
  };
  for (const std::string& entry : now) {
    if (missing(before, entry)) out.push_back(what + " '" + entry + "' was added");
  }
  for (const std::string& entry : before) {
    if (missing(now, entry)) out.push_back(what + " '" + entry + "' was removed");
  }
}

void compare_repo(std::vector<std::string>& out, const LockedRepo& before, const LockedRepo& now) {
  const std::string name = "repository '" + now.id + "'";
  if (before.baseurl != now.baseurl || before.metalink != now.metalink || before.mirrorlist != now.mirrorlist) {
    out.push_back(name + " has another address");
  }
  compare_value(out, "the priority of " + name, std::to_string(before.priority), std::to_string(now.priority));
  compare_value(out, "the cost of " + name, std::to_string(before.cost), std::to_string(now.cost));
  compare_specs(out, "includepkgs of " + name + ":", before.includepkgs, now.includepkgs);
  compare_specs(out, "excludepkgs of " + name + ":", before.excludepkgs, now.excludepkgs);
  compare_value(out, "module_hotfixes of " + name, before.module_hotfixes ? "true" : "false",
                now.module_hotfixes ? "true" : "false");
}

void compare_repos(std::vector<std::string>& out, const std::vector<LockedRepo>& before,
                   const std::vector<RepoSpec>& now) {
  for (const RepoSpec& spec : now) {
    const auto found =
        std::find_if(before.begin(), before.end(), [&](const LockedRepo& repo) { return repo.id == spec.id; });
    if (found == before.end()) {
      out.push_back("repository '" + spec.id + "' was added");
    } else {
      compare_repo(out, *found, pin(spec, ""));
    }
  }
  for (const LockedRepo& repo : before) {
    const bool gone = std::none_of(now.begin(), now.end(), [&](const RepoSpec& spec) { return spec.id == repo.id; });
    if (gone) out.push_back("repository '" + repo.id + "' was removed");
  }
}

/// How sentences speak of a key.
struct Named {
  std::string noun;
  recipe::Told told;
};

std::string text_of(const std::string& text) { return text; }

std::string text_of(bool value) { return value ? "true" : "false"; }

std::string text_of(std::uint64_t number) { return std::to_string(number); }

std::string text_of(const std::vector<std::string>& texts) { return join(texts, ", "); }

std::string text_of(const WeakDeps& deps) {
  return deps.of.empty() ? text_of(deps.all) : join(specs_of(deps.of), ", ");
}

std::string text_of(Objective objective) { return std::string(objective_name(objective)); }

std::string text_of(ScriptletDeps deps) { return std::string(scriptlet_deps_name(deps)); }

std::string text_of(Upgrade upgrade) { return std::string(upgrade_name(upgrade)); }

/// Of guard rails.
std::string text_of(const std::optional<std::vector<RecipeItem>>& items) {
  if (!items) return "the built-in list";
  return items->empty() ? "empty" : join(specs_of(*items), ", ");
}

std::vector<std::string> preference_texts(const std::vector<Preference>& preferences) {
  std::vector<std::string> texts;
  for (const Preference& each : preferences) texts.push_back(each.item.text + (each.only_tie ? ", only: ties" : ""));
  return texts;
}

template <class T>
void compare(std::vector<std::string>& out, const Named& named, const T& before, const T& now) {
  const std::string then = text_of(before);
  const std::string today = text_of(now);
  if (named.told == recipe::Told::change) {
    compare_value(out, named.noun, then, today);
  } else if (then != today) {
    out.push_back("the recipe's " + named.noun + " is " + today + ", the lock's " + then);
  }
}

void compare(std::vector<std::string>& out, const Named& named, const std::vector<RecipeItem>& before,
             const std::vector<RecipeItem>& now) {
  compare_specs(out, named.noun, specs_of(before), specs_of(now));
}

void compare(std::vector<std::string>& out, const Named& named, const std::vector<Preference>& before,
             const std::vector<Preference>& now) {
  compare_specs(out, named.noun, preference_texts(before), preference_texts(now));
}

std::vector<std::string> capabilities_of(const std::vector<FileRequirement>& requirements) {
  std::vector<std::string> capabilities;
  for (const FileRequirement& each : requirements) capabilities.push_back(each.item.text);
  return capabilities;
}

void compare(std::vector<std::string>& out, const Named& named, const std::vector<FileRequirement>& before,
             const std::vector<FileRequirement>& now) {
  compare_specs(out, named.noun, capabilities_of(before), capabilities_of(now));
}

void compare(std::vector<std::string>& out, const Named& /*modules*/, const RecipeModules& before,
             const RecipeModules& now) {
  compare_specs(out, "module to enable", specs_of(before.enable), specs_of(now.enable));
  compare_specs(out, "module to disable", specs_of(before.disable), specs_of(now.disable));
  compare_value(out, "modules.platform", before.platform, now.platform);
}

void compare(std::vector<std::string>& out, const Named& vars, const std::map<std::string, std::string>& before,
             const std::map<std::string, std::string>& now) {
  const auto value = [](const std::map<std::string, std::string>& texts, const std::string& name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string() : found->second;
  };
  std::map<std::string, std::string> all = before;
  all.insert(now.begin(), now.end());
  for (const auto& [name, any] : all) {
    compare_value(out, vars.noun + ": $" + name, value(before, name), value(now, name));
  }
}

}  // namespace

std::vector<std::string> arch_differences(const std::vector<Lock>& locks, const std::vector<std::string>& arches) {
  std::vector<std::string> before;
  for (const Lock& lock : locks) before.push_back(lock.selection.arch);
  std::vector<std::string> out;
  compare_specs(out, "architecture", before, arches);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> differences(const Lock& lock, const Recipe& recipe) {
  std::vector<std::string> out;
  const Selection now = pin(recipe.selection);
  recipe::for_each_key(recipe::selection_keys, [&](const auto& key) {
    if (key.fate.lock == recipe::Written::never) return;
    const Named named{std::string(key.fate.noun.empty() ? key.name : key.fate.noun), key.fate.told};
    compare(out, named, key.of(lock.selection), key.of(now));
  });
  compare_repos(out, lock.repos, recipe.repos);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rootlet::lock
