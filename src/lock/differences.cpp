#include <algorithm>

#include "base/text.hpp"
#include "lock_format.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::lock {
namespace {

std::string shown(const std::string& value) { return value.empty() ? "nothing" : value; }

std::string weak_deps_text(bool all, const std::vector<std::string>& of) {
  return of.empty() ? (all ? "true" : "false") : join(of, ", ");
}

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

void compare_vars(std::vector<std::string>& out, const std::map<std::string, std::string>& before,
                  const std::map<std::string, std::string>& now) {
  const auto value = [](const std::map<std::string, std::string>& vars, const std::string& name) {
    const auto found = vars.find(name);
    return found == vars.end() ? std::string() : found->second;
  };
  std::map<std::string, std::string> all = before;
  all.insert(now.begin(), now.end());
  for (const auto& [name, any] : all) compare_value(out, "vars: $" + name, value(before, name), value(now, name));
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

void compare_setting(std::vector<std::string>& out, const std::string& what, const std::string& before,
                     const std::string& now) {
  if (before != now) out.push_back("the recipe's " + what + " is " + now + ", the lock's " + before);
}

std::vector<std::string> preference_texts(const std::vector<Preference>& preferences) {
  std::vector<std::string> texts;
  for (const Preference& each : preferences) texts.push_back(each.item.text + (each.only_tie ? ", only: ties" : ""));
  return texts;
}

std::string guard_rails_text(const Goal& goal) {
  if (!goal.guard_rails) return "the built-in list";
  return goal.guard_rails->empty() ? "empty" : join(specs_of(*goal.guard_rails), ", ");
}

void compare_goal(std::vector<std::string>& out, const Goal& before, const Goal& now) {
  compare_setting(out, "objective", std::string(objective_name(before.objective)),
                  std::string(objective_name(now.objective)));
  compare_setting(out, "scriptlet_deps", std::string(scriptlet_deps_name(before.scriptlet_deps)),
                  std::string(scriptlet_deps_name(now.scriptlet_deps)));
  compare_setting(out, "package_penalty", std::to_string(before.package_penalty), std::to_string(now.package_penalty));
  compare_setting(out, "guard_rails", guard_rails_text(before), guard_rails_text(now));
  compare_specs(out, "prefer", preference_texts(before.prefer), preference_texts(now.prefer));
  compare_specs(out, "avoid", preference_texts(before.avoid), preference_texts(now.avoid));
}

}  // namespace

std::vector<std::string> differences(const Lock& lock, const Recipe& recipe) {
  std::vector<std::string> out;
  compare_value(out, "architecture", lock.request.arch, recipe.arch);
  compare_value(out, "releasever", lock.request.releasever, recipe.releasever);
  compare_value(out, "weak_deps", weak_deps_text(lock.request.weak_deps, lock.request.weak_deps_of),
                weak_deps_text(recipe.weak_deps, specs_of(recipe.weak_deps_of)));
  compare_specs(out, "package", lock.request.packages, specs_of(recipe.packages));
  compare_specs(out, "exclude", lock.request.exclude, specs_of(recipe.exclude));
  compare_specs(out, "module to enable", lock.request.modules_enabled, specs_of(recipe.modules.enable));
  compare_specs(out, "module to disable", lock.request.modules_disabled, specs_of(recipe.modules.disable));
  compare_value(out, "modules.platform", lock.request.platform, recipe.modules.platform);
  compare_value(out, "group_package_types", join(lock.request.group_package_types, ", "),
                join(recipe.group_package_types, ", "));
  compare_vars(out, lock.request.vars, pin(recipe.vars));
  compare_goal(out, lock.request.goal, pin(recipe.goal));
  compare_repos(out, lock.repos, recipe.repos);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace rootlet::lock
