#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/secrets.hpp"
#include "base/url.hpp"
#include "lock_format.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::lock {
namespace {

using Json = nlohmann::ordered_json;

/// Writes local places the way that Lock::relative asks for.
class WrittenPlaces {
 public:
  WrittenPlaces(const std::set<std::string>& relative, std::filesystem::path directory)
      : relative_(relative), directory_(std::move(directory)) {}

  [[nodiscard]] std::string path(const std::string& path) const {
    if (!relative_.contains(path)) return path;
    const std::string way = std::filesystem::path(path).lexically_relative(directory_).string();
    return way.starts_with("../") || way == ".." || way == "." ? way : "./" + way;
  }
  [[nodiscard]] std::string url(const std::string& url) const {
    const auto local = path_of_file_url(url);
    return local && relative_.contains(local->string()) ? path(local->string()) : url;
  }

 private:
  const std::set<std::string>& relative_;
  std::filesystem::path directory_;
};

Json repo_json(const LockedRepo& repo, const WrittenPlaces& places) {
  Json out;
  out["id"] = repo.id;
  for (const std::string& url : repo.baseurl) out["baseurl"].push_back(places.url(url));
  if (!repo.metalink.empty()) out["metalink"] = places.url(repo.metalink);
  if (!repo.mirrorlist.empty()) out["mirrorlist"] = places.url(repo.mirrorlist);
  if (!repo.gpgkey.empty()) out["gpgkey"] = repo.gpgkey;
  out["priority"] = repo.priority;
  out["cost"] = repo.cost;
  if (!repo.includepkgs.empty()) out["includepkgs"] = repo.includepkgs;
  if (!repo.excludepkgs.empty()) out["excludepkgs"] = repo.excludepkgs;
  out["repomd_sha256"] = repo.repomd_sha256;
  if (repo.module_hotfixes) out["module_hotfixes"] = true;
  if (!repo.key_fingerprints.empty()) out["key_fingerprints"] = repo.key_fingerprints;
  return out;
}

Json reason_json(const Reason& reason, const WrittenPlaces& places) {
  Json requested = Json::array();
  for (const Requested& entry : reason.requested) {
    if (std::find(requested.begin(), requested.end(), places.path(entry.spec)) == requested.end()) {
      requested.push_back(places.path(entry.spec));
    }
  }
  Json required_by = Json::array();
  for (const RequiredBy& edge : reason.required_by) {
    required_by.push_back(
        {{"package", edge.package}, {"capability", edge.capability}, {"kind", edge_kind_name(edge.kind)}});
  }
  return {{"requested", requested}, {"required_by", required_by}};
}

Json package_json(const ChosenPackage& chosen, const WrittenPlaces& places) {
  const Package& package = chosen.package;
  const bool local = package.repo == local_repo_id;
  Json out{{"name", package.nevra.name},
           {"epoch", package.nevra.epoch},
           {"version", package.nevra.version},
           {"release", package.nevra.release},
           {"arch", package.nevra.arch},
           {"nevra", package.nevra.str()},
           {"repo", package.repo},
           {"location", local ? places.path(package.location) : package.location},
           {"checksum", package.checksum.str()},
           {"download_size", package.download_size},
           {"installed_size", package.installed_size},
           {"build_time", package.build_time},
           {"reason", reason_json(chosen.reason, places)}};
  if (package.kept_size) out["kept_size"] = *package.kept_size;
  if (chosen.build_only) out["build_only"] = true;
  return out;
}

/// What is not as it is by default, so that a lock says nothing of modules and groups where its recipe does not.
void add_collections(Json& recipe, const LockedRequest& request) {
  Json modules = Json::object();
  if (!request.modules_enabled.empty()) modules["enable"] = request.modules_enabled;
  if (!request.modules_disabled.empty()) modules["disable"] = request.modules_disabled;
  if (!request.platform.empty()) modules["platform"] = request.platform;
  if (!modules.empty()) recipe["modules"] = std::move(modules);
  if (request.group_package_types != default_group_package_types()) {
    recipe["group_package_types"] = request.group_package_types;
  }
}

std::vector<std::string> texts(const std::vector<RecipeItem>& items) {
  std::vector<std::string> out;
  for (const RecipeItem& item : items) out.push_back(item.text);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

std::vector<std::string> specs_of(const std::vector<RecipeItem>& items) { return texts(items); }

LockedRepo pin(const RepoSpec& spec, const std::string& repomd_sha256) {
  LockedRepo repo{spec.id, spec.baseurl, spec.metalink, spec.mirrorlist, {}, spec.priority, spec.cost};
  repo.includepkgs = specs_of(spec.includepkgs);
  repo.excludepkgs = specs_of(spec.excludepkgs);
  repo.repomd_sha256 = repomd_sha256;
  repo.module_hotfixes = spec.module_hotfixes;
  for (const std::string& key : spec.gpgkey) {
    if (!path_of_file_url(key)) repo.gpgkey.push_back(key);
  }
  return repo;
}

std::map<std::string, std::string> pin(const std::map<std::string, std::string>& vars) {
  std::map<std::string, std::string> out = vars;
  std::erase_if(out, [](const auto& item) { return is_secret_name(item.first); });
  return out;
}

Lock make(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const Solution& solution) {
  Lock lock;
  lock.recipe_digest = recipe.digest;
  lock.request = {recipe.name,     recipe.releasever, recipe.arch, specs_of(recipe.packages), specs_of(recipe.exclude),
                  recipe.weak_deps};
  lock.request.weak_deps_of = specs_of(recipe.weak_deps_of);
  lock.request.modules_enabled = specs_of(recipe.modules.enable);
  lock.request.modules_disabled = specs_of(recipe.modules.disable);
  lock.request.platform = recipe.modules.platform;
  lock.request.group_package_types = recipe.group_package_types;
  lock.request.goal = pin(recipe.goal);
  lock.request.vars = pin(recipe.vars);
  lock.relative = recipe.relative;
  for (const RepoMetadata& repo : repos) lock.repos.push_back(pin(repo.spec, repo.repomd_sha256));
  std::sort(lock.repos.begin(), lock.repos.end(), [](const LockedRepo& a, const LockedRepo& b) { return a.id < b.id; });
  lock.packages = solution.packages;
  lock.modules = solution.modules;
  std::sort(lock.packages.begin(), lock.packages.end(),
            [](const ChosenPackage& a, const ChosenPackage& b) { return a.package.nevra < b.package.nevra; });
  for (ChosenPackage& chosen : lock.packages) {
    std::sort(chosen.reason.requested.begin(), chosen.reason.requested.end(),
              [](const Requested& a, const Requested& b) { return a.spec < b.spec; });
    std::sort(chosen.reason.required_by.begin(), chosen.reason.required_by.end());
    Package& package = chosen.package;
    if (package.repo == local_repo_id) continue;
    package.location = split_secrets(package.location).plain;
    package.location.erase(0, std::min(package.location.find_first_not_of('/'), package.location.size()));
    if (is_location(package.location)) continue;
    throw Error("package " + package.nevra.str() + ": repository '" + package.repo + "' places it nowhere: '" +
                    package.location + "' is neither a path below an address nor one itself",
                "the repository's metadata is damaged: ask who publishes it");
  }
  return lock;
}

std::string to_json(const Lock& lock, const std::filesystem::path& directory) {
  const WrittenPlaces places(lock.relative, std::filesystem::weakly_canonical(std::filesystem::absolute(directory)));
  Json packages = Json::array();
  for (const std::string& spec : lock.request.packages) packages.push_back(places.path(spec));
  Json weak_deps = lock.request.weak_deps;
  if (!lock.request.weak_deps_of.empty()) weak_deps = lock.request.weak_deps_of;
  Json out;
  out["version"] = Lock::current_version;
  out["recipe"] = {{"digest", lock.recipe_digest}, {"name", lock.request.name}, {"releasever", lock.request.releasever},
                   {"arch", lock.request.arch},    {"packages", packages},      {"exclude", lock.request.exclude},
                   {"weak_deps", weak_deps}};
  if (!lock.request.vars.empty()) out["recipe"]["vars"] = lock.request.vars;
  write_goal(out["recipe"], lock.request.goal);
  add_collections(out["recipe"], lock.request);
  out["repos"] = Json::array();
  for (const LockedRepo& repo : lock.repos) out["repos"].push_back(repo_json(repo, places));
  out["packages"] = Json::array();
  for (const ChosenPackage& chosen : lock.packages) out["packages"].push_back(package_json(chosen, places));
  for (const ModuleState& state : lock.modules) {
    out["modules"].push_back({{"name", state.name}, {"stream", state.stream}, {"profiles", state.profiles}});
  }
  const Solution all{lock.packages};
  out["summary"] = {
      {"packages", all.count()}, {"installed_size", all.installed_size()}, {"download_size", all.download_size()}};
  try {
    return out.dump(2) + "\n";
  } catch (const nlohmann::json::exception&) {
    throw Error("cannot write the lock: a package's metadata is not UTF-8 text");
  }
}

}  // namespace rootlet::lock
