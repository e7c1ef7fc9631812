#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/url.hpp"
#include "rootlet/workspace.hpp"
#include "written.hpp"

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
  /// "oci:/srv/base:latest": the path is what follows the transport.
  [[nodiscard]] std::string image(const std::string& name) const {
    const std::size_t at = name.find('/');
    return at == std::string::npos || name.starts_with("docker://") ? name : name.substr(0, at) + path(name.substr(at));
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

/// Keys that came later are left out where they say nothing: the digests of older recipes stay.
void add_texts(json& out, const char* key, const std::vector<RecipeItem>& items) {
  if (!items.empty()) out[key] = written(items);
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

json package_json(const RecipeItem& item, const Portable& portable) {
  if (!is_local_file(item.text)) return item.text;
  return {{"file", portable.path(item.text)}, {"sha256", file_digest(item.text, item.mark)}};
}

template <class T>
void add(json& out, const std::string& key, const T& value) {
  out[key] = written(value);
}

/// As it was before a list could stand here.
void add(json& out, const std::string& key, const WeakDeps& weak_deps) {
  out[key] = weak_deps.all;
  add_texts(out, "weak_deps_of", weak_deps.of);
}

/// With all that it can have.
void add(json& out, const std::string& key, const RecipeModules& modules) {
  out[key] = {
      {"enable", written(modules.enable)}, {"disable", written(modules.disable)}, {"platform", modules.platform}};
}

}  // namespace

namespace {

/// All that decides an image, by key.
json digested(const Recipe& recipe, const std::filesystem::path& directory) {
  const Portable portable(recipe.relative, directory);
  json out{{"name", recipe.name}, {"repos", json::array()}};
  const auto add_key = [&](const auto& key, const auto& value) { add(out, std::string(key.name), value); };
  for_each_written(selection_keys, &Fate::digest, recipe.selection, add_key);
  for_each_written(recipe_keys, &Fate::digest, recipe, add_key);
  if (!recipe.base.empty()) out["base"] = portable.image(recipe.base);
  out["packages"] = json::array();  // with what local files hold
  for (const RecipeItem& item : recipe.selection.packages) out["packages"].push_back(package_json(item, portable));
  for (const RepoSpec& repo : recipe.repos) out["repos"].push_back(repo_json(repo, portable));
  return out;
}

}  // namespace

std::string compute_digest(const Recipe& recipe, const std::filesystem::path& directory) {
  return digest_of(dump_json_strictly(digested(recipe, directory)));
}

std::map<std::string, std::string> key_digests(const Recipe& recipe) {
  std::map<std::string, std::string> digests;
  const json all = digested(recipe, recipe.path.parent_path());
  for (const auto& [key, value] : all.items()) {
    digests[key] = digest_of(dump_json(value));
  }
  return digests;
}

}  // namespace rootlet::recipe
