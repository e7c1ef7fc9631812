#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/url.hpp"
#include "reader.hpp"
#include "rootlet/error.hpp"

namespace rootlet::recipe {
namespace {

using nlohmann::json;  // keeps its keys sorted

/// Local places by the way from the recipe to them, so that the digest does not depend on where the recipe lies.
class Portable {
 public:
  Portable(const std::set<std::string>& relative, const std::filesystem::path& directory)
      : relative_(relative), directory_(directory) {}

  [[nodiscard]] std::string path(const std::filesystem::path& path) const {
    return relative_.contains(path.string()) ? path.lexically_relative(directory_).string() : path.string();
  }
  [[nodiscard]] std::string url(const std::string& url) const {
    const auto local = path_of_file_url(url);
    return local ? path(*local) : url;
  }
  [[nodiscard]] json urls(const std::vector<std::string>& urls) const {
    json list = json::array();
    for (const std::string& each : urls) list.push_back(url(each));
    return list;
  }

 private:
  const std::set<std::string>& relative_;
  const std::filesystem::path& directory_;
};

std::string file_digest(const std::filesystem::path& path, const Mark& mark) {
  try {
    return digest_of_file(path);
  } catch (const Error& error) {
    fail(mark, error.what(), error.hint());
  }
}

json texts(const std::vector<RecipeItem>& items) {
  json list = json::array();
  for (const RecipeItem& item : items) list.push_back(item.text);
  return list;
}

/// Keys that came later are left out where they say nothing: the digests of older recipes stay.
void add_texts(json& out, const char* key, const std::vector<RecipeItem>& items) {
  if (!items.empty()) out[key] = texts(items);
}

json repo_json(const RepoSpec& repo, const Portable& portable) {
  json out{{"id", repo.id},
           {"baseurl", portable.urls(repo.baseurl)},
           {"metalink", portable.url(repo.metalink)},
           {"mirrorlist", portable.url(repo.mirrorlist)},
           {"gpgkey", portable.urls(repo.gpgkey)},
           {"gpgcheck", repo.gpgcheck},
           {"repo_gpgcheck", repo.repo_gpgcheck},
           {"priority", repo.priority},
           {"cost", repo.cost}};
  add_texts(out, "includepkgs", repo.includepkgs);
  add_texts(out, "excludepkgs", repo.excludepkgs);
  if (repo.module_hotfixes) out["module_hotfixes"] = true;
  for (const auto& [url, fingerprints] : repo.fingerprints) out["fingerprints"][portable.url(url)] = fingerprints;
  if (!repo.weak_signatures.empty()) out["weak_signatures"] = repo.weak_signatures;
  return out;
}

json preferences_json(const std::vector<Preference>& preferences) {
  json list = json::array();
  for (const Preference& each : preferences) {
    list.push_back(each.only_tie ? json{{"name", each.item.text}, {"only", "ties"}} : json(each.item.text));
  }
  return list;
}

/// Like add_texts(): nothing where it is as without any of the keys.
void add_goal(json& out, const Goal& goal) {
  const Goal usual;
  if (goal.objective != usual.objective) out["objective"] = objective_name(goal.objective);
  if (goal.scriptlet_deps != usual.scriptlet_deps) out["scriptlet_deps"] = scriptlet_deps_name(goal.scriptlet_deps);
  if (!goal.prefer.empty()) out["prefer"] = preferences_json(goal.prefer);
  if (!goal.avoid.empty()) out["avoid"] = preferences_json(goal.avoid);
  if (goal.package_penalty != 0) out["package_penalty"] = goal.package_penalty;
  if (goal.guard_rails) out["guard_rails"] = texts(*goal.guard_rails);
}

json package_json(const RecipeItem& item, const Portable& portable) {
  if (!is_local_file(item.text)) return item.text;
  return {{"file", portable.path(item.text)}, {"sha256", file_digest(item.text, item.mark)}};
}

json file_json(const RecipeFile& file) {
  json out{{"path", file.path}, {"mode", file.mode}, {"uid", file.uid}, {"gid", file.gid}};
  if (file.content) out["sha256"] = digest_of(*file.content);
  if (file.source) out["sha256"] = file_digest(*file.source, file.mark);
  if (file.target) out["target"] = *file.target;
  if (file.directory) out["directory"] = true;
  return out;
}

json modules_json(const RecipeModules& modules) {
  json out{{"enable", json::array()}, {"disable", json::array()}, {"platform", modules.platform}};
  for (const RecipeItem& item : modules.enable) out["enable"].push_back(item.text);
  for (const RecipeItem& item : modules.disable) out["disable"].push_back(item.text);
  return out;
}

json image_json(const ImageConfig& image) {
  return {{"entrypoint", image.entrypoint},
          {"cmd", image.cmd},
          {"env", image.env},
          {"user", image.user},
          {"workdir", image.workdir},
          {"ports", image.ports},
          {"volumes", image.volumes},
          {"labels", image.labels},
          {"annotations", image.annotations},
          {"stop_signal", image.stop_signal}};
}

}  // namespace

std::string compute_digest(const Recipe& recipe, const std::filesystem::path& directory) {
  const Portable portable(recipe.relative, directory);
  json out{{"name", recipe.name},
           {"releasever", recipe.releasever},
           {"arch", recipe.arch},
           {"weak_deps", recipe.weak_deps},
           {"docs", recipe.docs},
           {"langs", recipe.langs},
           {"localpkg_gpgcheck", recipe.localpkg_gpgcheck},
           {"rpmdb", recipe.rpmdb},
           {"image", image_json(recipe.image)}};
  const RecipeModules& modules = recipe.modules;
  if (!modules.enable.empty() || !modules.disable.empty() || !modules.platform.empty()) {
    out["modules"] = modules_json(modules);
  }
  if (recipe.group_package_types != default_group_package_types()) {
    out["group_package_types"] = recipe.group_package_types;
  }
  if (!recipe.vars.empty()) out["vars"] = recipe.vars;
  if (recipe.owners == Owners::strict) out["owners"] = "strict";
  for (const char* list : {"repos", "packages", "users", "files", "tests"}) out[list] = json::array();
  for (const RepoSpec& repo : recipe.repos) out["repos"].push_back(repo_json(repo, portable));
  for (const RecipeItem& item : recipe.packages) out["packages"].push_back(package_json(item, portable));
  out["exclude"] = texts(recipe.exclude);
  add_texts(out, "weak_deps_of", recipe.weak_deps_of);
  add_texts(out, "scriptlets_may_fail", recipe.scriptlets_may_fail);
  add_goal(out, recipe.goal);
  for (const RecipeFile& file : recipe.files) out["files"].push_back(file_json(file));
  for (const RecipeTest& test : recipe.tests) out["tests"].push_back(test.run);
  for (const RecipeUser& user : recipe.users) {
    out["users"].push_back(
        {{"name", user.name}, {"uid", user.uid}, {"gid", user.gid}, {"home", user.home}, {"shell", user.shell}});
  }
  return digest_of(out.dump());
}

}  // namespace rootlet::recipe
