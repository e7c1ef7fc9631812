#include "locked_solution.hpp"

#include <vector>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::make {
namespace {

/// Options that may have been said on the command line and are not as when the lock was made.
std::string changed_options(const Selection& now, const Selection& before) {
  const Goal& goal = now.goal;
  std::string options;
  if (before.arch != now.arch) options += " --arch " + now.arch;
  if (before.goal.objective != goal.objective) options += " --objective " + std::string(objective_name(goal.objective));
  if (before.goal.scriptlet_deps != goal.scriptlet_deps) {
    options += " --scriptlet-deps " + std::string(scriptlet_deps_name(goal.scriptlet_deps));
  }
  return options;
}

}  // namespace

std::string lock_command(const Recipe& recipe, const fs::path& path, const std::string& options) {
  if (std::error_code none; !fs::exists(recipe.path, none)) return "'rootlet lock' with the same --distro and packages";
  fs::path beside = recipe.path;
  beside.replace_extension(".lock.json");
  return "'rootlet lock " + recipe.path.string() + (path == beside ? "" : " -o " + path.string()) + options + "'";
}

Locked locked_solution(const Recipe& recipe, const fs::path& path) {
  if (!fs::exists(path)) {
    throw usage_error("cannot read '" + path.string() + "': No such file or directory",
                      "make it with " + lock_command(recipe, path));
  }
  const Lock lock = lock::read(path, recipe.selection.arch);
  std::vector<std::string> differences = lock::differences(lock, recipe);
  if (lock.base.empty() != recipe.base.empty()) {
    differences.emplace_back(lock.base.empty() ? "the recipe has a base, the lock none"
                                               : "the recipe has no base, the lock one");
  }
  if (!differences.empty()) {
    throw Error("the lock '" + path.string() + "' no longer fits the recipe: " + join(differences, "; "),
                "run " + lock_command(recipe, path, changed_options(recipe.selection, lock.selection)) + " to renew it",
                ErrorKind::usage);
  }
  Locked locked{{lock.packages}, {}, {}, lock.base};
  for (const LockedRepo& repo : lock.repos) {
    locked.repos.push_back({repo.id, repo.baseurl.empty() ? "" : repo.baseurl.front(), repo.repomd_sha256});
    if (!repo.key_fingerprints.empty()) locked.held[repo.id] = repo.key_fingerprints;
  }
  locked.solution.modules = lock.modules;
  // The recipe may keep other files of packages now than when the lock was made.
  for (ChosenPackage& chosen : locked.solution.packages) {
    if (!chosen.package.in_base()) chosen.package.kept_size.reset();
  }
  return locked;
}

}  // namespace rootlet::make
