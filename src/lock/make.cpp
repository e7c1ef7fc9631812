#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/secrets.hpp"
#include "base/url.hpp"
#include "lock_format.hpp"
#include "model/package_json.hpp"
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

Json reason_json(const Reason& reason, const std::vector<ChosenPackage>& packages, const WrittenPlaces& places) {
  Json requested = Json::array();
  for (const Requested& entry : reason.requested) {
    if (std::find(requested.begin(), requested.end(), places.path(entry.spec)) == requested.end()) {
      requested.push_back(places.path(entry.spec));
    }
  }
  Json required_by = Json::array();
  for (const RequiredBy& edge : reason.required_by) {
    required_by.push_back(required_by_json(edge, packages));
  }
  return {{"requested", requested}, {"required_by", required_by}};
}

Json package_json(const ChosenPackage& chosen, const std::vector<ChosenPackage>& packages,
                  const WrittenPlaces& places) {
  const Package& package = chosen.package;
  const bool local = package.repo == local_repo_id;
  Json out = identity_json(package);
  if (!package.in_base()) {
    out["location"] = local ? places.path(package.location) : package.location;
    out["checksum"] = package.checksum.str();
  }
  out["download_size"] = package.download_size;
  out["installed_size"] = package.installed_size;
  out["build_time"] = package.build_time;
  out["reason"] = reason_json(chosen.reason, packages, places);
  if (package.kept_size) out["kept_size"] = *package.kept_size;
  if (chosen.build_only) out["build_only"] = true;
  return out;
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

std::string pinned_location(const Package& package) {
  std::string location = split_secrets(package.location).plain;
  location.erase(0, std::min(location.find_first_not_of('/'), location.size()));
  if (is_location(location)) return location;
  throw Error("package " + package.nevra.str() + ": repository '" + package.repo + "' places it nowhere: '" + location +
                  "' is neither a path below an address nor one itself",
              "the repository's metadata is damaged: ask who publishes it");
}

Lock make(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const Solution& solution) {
  Lock lock;
  lock.recipe_digest = recipe.digest;
  lock.name = recipe.name;
  lock.selection = pin(recipe.selection);
  lock.relative = recipe.relative;
  for (const RepoMetadata& repo : repos) lock.repos.push_back(pin(repo.spec, repo.repomd_sha256));
  std::sort(lock.repos.begin(), lock.repos.end(), [](const LockedRepo& a, const LockedRepo& b) { return a.id < b.id; });
  lock.packages = solution.packages;
  lock.modules = solution.modules;
  for (ChosenPackage& chosen : lock.packages) {
    std::sort(chosen.reason.requested.begin(), chosen.reason.requested.end(),
              [](const Requested& a, const Requested& b) { return a.spec < b.spec; });
    Package& package = chosen.package;
    if (package.repo == local_repo_id || package.in_base()) continue;
    package.location = pinned_location(package);
  }
  return lock;
}

namespace {

/// All of a lock but the version of its format.
void add_lock(Json& out, const Lock& lock, const std::filesystem::path& directory) {
  const WrittenPlaces places(lock.relative, std::filesystem::weakly_canonical(std::filesystem::absolute(directory)));
  Selection selection = lock.selection;
  for (RecipeItem& item : selection.packages) item.text = places.path(item.text);
  out["recipe"] = {{"digest", lock.recipe_digest}, {"name", lock.name}};
  write_selection(out["recipe"], selection);
  if (!lock.base.empty()) out["base"] = lock.base;
  out["repos"] = Json::array();
  for (const LockedRepo& repo : lock.repos) out["repos"].push_back(repo_json(repo, places));
  out["packages"] = Json::array();
  for (const ChosenPackage& chosen : lock.packages) {
    out["packages"].push_back(package_json(chosen, lock.packages, places));
  }
  for (const ModuleState& state : lock.modules) {
    out["modules"].push_back({{"name", state.name}, {"stream", state.stream}, {"profiles", state.profiles}});
  }
  const Solution all{lock.packages};
  out["summary"] = {
      {"packages", all.count()}, {"installed_size", all.installed_size()}, {"download_size", all.download_size()}};
}

std::string text_of(const Json& out) {
  try {
    return dump_json_strictly(out, 2) + "\n";
  } catch (const nlohmann::json::exception&) {
    throw Error("cannot write the lock: a package's metadata is not UTF-8 text");
  }
}

}  // namespace

std::string to_json(const Lock& lock, const std::filesystem::path& directory) {
  Json out{{"version", Lock::current_version}};
  add_lock(out, lock, directory);
  return text_of(out);
}

std::string to_json(const std::vector<Lock>& locks, const std::filesystem::path& directory) {
  Json out{{"version", Lock::version_of_several}, {"arches", Json::object()}};
  for (const Lock& lock : locks) add_lock(out["arches"][lock.selection.arch], lock, directory);
  return text_of(out);
}

}  // namespace rootlet::lock
