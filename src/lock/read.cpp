#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json_field.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "lock_format.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::lock {
namespace {

using nlohmann::json;

constexpr std::uintmax_t max_file_size = 256'000'000;
constexpr const char* again = "make the lock again with 'rootlet lock'";

/// Makes the places of a lock in `directory` absolute again and notes which ones were relative.
class AbsolutePlaces {
 public:
  AbsolutePlaces(fs::path directory, std::set<std::string>& relative)
      : directory_(std::move(directory)), relative_(relative) {}

  [[nodiscard]] std::string path(const std::string& written) const {
    if (written.starts_with('/')) return written;
    std::string path = (directory_ / written).lexically_normal().string();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    relative_.insert(path);
    return path;
  }
  [[nodiscard]] std::string spec(const std::string& written) const {
    const bool relative = written.ends_with(".rpm") && (written.starts_with("./") || written.starts_with("../"));
    return relative ? path(written) : written;
  }
  [[nodiscard]] std::string url(const Field& field) const {
    const std::string written = field.text();
    if (written.empty()) field.fail("the address is empty");
    return is_url(written) ? split_secrets(written).plain : file_url(path(written));
  }

 private:
  fs::path directory_;
  std::set<std::string>& relative_;
};

bool is_hex(const std::string& text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string read_sha256(const Field& field) {
  std::string hex = field.text();
  if (!is_hex(hex, 64)) field.fail("'" + hex + "' is not a SHA-256 digest");
  return hex;
}

Checksum read_checksum(const Field& field) {
  const std::string text = field.text();
  const std::size_t colon = text.find(':');
  if (colon != std::string::npos) {
    Checksum sum{text.substr(0, colon), text.substr(colon + 1)};
    static const std::map<std::string, std::size_t> sizes{
        {"md5", 32}, {"sha", 40}, {"sha1", 40}, {"sha224", 56}, {"sha256", 64}, {"sha384", 96}, {"sha512", 128}};
    const auto size = sizes.find(sum.type);
    if (size != sizes.end() && is_hex(sum.hex, size->second)) return sum;
  }
  field.fail("'" + text + "' is not a checksum such as sha256:0123…");
}

EdgeKind read_kind(const Field& field) {
  const std::string name = field.text();
  if (const auto kind = edge_kind_of(name)) return *kind;
  field.fail("unknown kind of dependency '" + name + "'");
}

LockedRepo read_repo(const Field& field, const AbsolutePlaces& places) {
  field.object({"id", "baseurl", "metalink", "mirrorlist", "gpgkey", "priority", "cost", "includepkgs", "excludepkgs",
                "repomd_sha256", "module_hotfixes", "key_fingerprints"});
  constexpr std::uint64_t max = std::numeric_limits<std::int32_t>::max();
  LockedRepo repo;
  repo.id = field.at("id").word();
  if (field.has("baseurl")) {
    for (const Field& url : field.at("baseurl").list()) repo.baseurl.push_back(places.url(url));
  }
  if (field.has("metalink")) repo.metalink = places.url(field.at("metalink"));
  if (field.has("mirrorlist")) repo.mirrorlist = places.url(field.at("mirrorlist"));
  if ((repo.baseurl.empty() ? 0 : 1) + (repo.metalink.empty() ? 0 : 1) + (repo.mirrorlist.empty() ? 0 : 1) != 1) {
    field.fail("expected exactly one of baseurl, metalink, mirrorlist");
  }
  if (field.has("gpgkey")) {
    for (const Field& url : field.at("gpgkey").list()) repo.gpgkey.push_back(places.url(url));
  }
  repo.priority = static_cast<int>(field.at("priority").number(max));
  repo.cost = static_cast<int>(field.at("cost").number(max));
  if (field.has("includepkgs")) repo.includepkgs = field.at("includepkgs").texts();
  if (field.has("excludepkgs")) repo.excludepkgs = field.at("excludepkgs").texts();
  repo.repomd_sha256 = read_sha256(field.at("repomd_sha256"));
  if (field.has("module_hotfixes")) repo.module_hotfixes = field.at("module_hotfixes").boolean();
  if (field.has("key_fingerprints")) {
    for (const Field& item : field.at("key_fingerprints").list()) {
      const std::string hex = item.text();
      if (!is_hex(hex, 40) && !is_hex(hex, 64)) item.fail("'" + hex + "' is not a fingerprint");
      repo.key_fingerprints.push_back(hex);
    }
  }
  return repo;
}

Reason read_reason(const Field& field, const AbsolutePlaces& places) {
  field.object({"requested", "required_by"});
  Reason reason;
  for (const Field& item : field.at("requested").list()) reason.requested.push_back({places.spec(item.text())});
  for (const Field& item : field.at("required_by").list()) {
    item.object({"package", "capability", "kind"});
    reason.required_by.push_back({item.at("package").text(), item.at("capability").text(), read_kind(item.at("kind"))});
  }
  std::sort(reason.requested.begin(), reason.requested.end(),
            [](const Requested& a, const Requested& b) { return a.spec < b.spec; });
  std::sort(reason.required_by.begin(), reason.required_by.end());
  return reason;
}

std::string read_location(const Field& field, bool local, const AbsolutePlaces& places) {
  const std::string written = field.text();
  if (!local) {
    if (!is_location(written))
      field.fail("'" + written + "' is neither a path below the repository's address nor a URL");
    return split_secrets(written).plain;
  }
  if (!written.ends_with(".rpm")) field.fail("'" + written + "' is not the path of a package file");
  return places.path(written);
}

ChosenPackage read_package(const Field& field, const AbsolutePlaces& places) {
  field.object({"name", "epoch", "version", "release", "arch", "nevra", "repo", "location", "checksum", "download_size",
                "installed_size", "kept_size", "build_time", "reason", "build_only"});
  ChosenPackage chosen;
  Package& package = chosen.package;
  package.nevra.name = field.at("name").word();
  package.nevra.epoch = static_cast<std::uint32_t>(field.at("epoch").number(std::numeric_limits<std::uint32_t>::max()));
  package.nevra.version = field.at("version").word();
  package.nevra.release = field.at("release").word();
  package.nevra.arch = field.at("arch").word();
  const Field nevra = field.at("nevra");
  if (nevra.text() != package.nevra.str()) {
    nevra.fail("'" + nevra.text() + "' is not the package's, which is '" + package.nevra.str() + "'");
  }
  package.repo = field.at("repo").word();
  package.location = read_location(field.at("location"), package.repo == local_repo_id, places);
  package.checksum = read_checksum(field.at("checksum"));
  package.download_size = field.at("download_size").number();
  package.installed_size = field.at("installed_size").number();
  if (field.has("kept_size")) package.kept_size = field.at("kept_size").number();
  package.build_time = static_cast<std::int64_t>(field.at("build_time").number());
  chosen.reason = read_reason(field.at("reason"), places);
  if (field.has("build_only")) chosen.build_only = field.at("build_only").boolean();
  return chosen;
}

void read_collections(const Field& field, LockedRequest& request) {
  if (field.has("group_package_types")) request.group_package_types = field.at("group_package_types").texts();
  if (!field.has("modules")) return;
  const Field modules = field.at("modules");
  modules.object({"enable", "disable", "platform"});
  if (modules.has("enable")) request.modules_enabled = modules.at("enable").texts();
  if (modules.has("disable")) request.modules_disabled = modules.at("disable").texts();
  if (modules.has("platform")) request.platform = modules.at("platform").text();
}

/// Locks from before states were kept have none, and those of sets without modules.
std::vector<ModuleState> read_modules(const Field& top) {
  std::vector<ModuleState> modules;
  if (!top.has("modules")) return modules;
  for (const Field& field : top.at("modules").list()) {
    field.object({"name", "stream", "profiles"});
    const std::vector<std::string> profiles = field.at("profiles").texts();
    modules.push_back({field.at("name").word(), field.at("stream").text(), {profiles.begin(), profiles.end()}});
  }
  return modules;
}

LockedRequest read_request(const Field& field, const AbsolutePlaces& places) {
  LockedRequest request;
  request.name = field.at("name").word();
  request.releasever = field.at("releasever").text();
  request.arch = field.at("arch").word();
  for (const std::string& spec : field.at("packages").texts()) request.packages.push_back(places.spec(spec));
  request.exclude = field.at("exclude").texts();
  const Field weak_deps = field.at("weak_deps");
  if (weak_deps.is_list()) {
    request.weak_deps_of = weak_deps.texts();
  } else {
    request.weak_deps = weak_deps.boolean();
  }
  std::sort(request.packages.begin(), request.packages.end());
  read_collections(field, request);
  if (field.has("vars")) {
    for (const auto& [name, value] : field.at("vars").members()) request.vars[name] = value.text();
  }
  request.goal = read_goal(field);
  return request;
}

/// What the fields cannot say one by one.
void check_references(const Lock& lock, const Field& packages, const Field& repos) {
  std::set<std::string> ids{std::string(local_repo_id)};
  for (const LockedRepo& repo : lock.repos) {
    if (!ids.insert(repo.id).second) repos.fail("repository '" + repo.id + "' is listed twice");
  }
  std::set<std::string> nevras;
  for (const ChosenPackage& chosen : lock.packages) {
    const std::string nevra = chosen.package.nevra.str();
    if (!nevras.insert(nevra).second) packages.fail("package " + nevra + " is listed twice");
    if (!ids.contains(chosen.package.repo)) {
      packages.fail("package " + nevra + " comes from the unknown repository '" + chosen.package.repo + "'");
    }
  }
  for (const ChosenPackage& chosen : lock.packages) {
    for (const RequiredBy& edge : chosen.reason.required_by) {
      if (nevras.contains(edge.package)) continue;
      packages.fail("package " + chosen.package.nevra.str() + " is required by the unknown package '" + edge.package +
                    "'");
    }
  }
}

void check_summary(const Lock& lock, const Field& field) {
  field.object({"packages", "installed_size", "download_size"});
  const Solution all{lock.packages};
  for (const auto& [key, expected] : {std::pair<const char*, std::uint64_t>{"packages", all.count()},
                                      {"installed_size", all.installed_size()},
                                      {"download_size", all.download_size()}}) {
    const Field sum = field.at(key);
    const std::uint64_t found = sum.number(std::numeric_limits<std::uint64_t>::max());
    if (found != expected) {
      sum.fail("found " + std::to_string(found) + ", but the packages add up to " + std::to_string(expected));
    }
  }
}

Lock read_lock(const Field& top, const fs::path& directory) {
  top.object({"version", "recipe", "repos", "packages", "modules", "summary"});
  Lock lock;
  const AbsolutePlaces places(directory, lock.relative);
  const Field recipe = top.at("recipe");
  recipe.object({"digest", "name", "releasever", "arch", "vars", "packages", "exclude", "weak_deps", "objective",
                 "scriptlet_deps", "prefer", "avoid", "package_penalty", "guard_rails", "modules",
                 "group_package_types"});
  lock.recipe_digest = read_sha256(recipe.at("digest"));
  lock.request = read_request(recipe, places);
  for (const Field& repo : top.at("repos").list()) lock.repos.push_back(read_repo(repo, places));
  for (const Field& package : top.at("packages").list()) lock.packages.push_back(read_package(package, places));
  lock.modules = read_modules(top);
  check_references(lock, top.at("packages"), top.at("repos"));
  check_summary(lock, top.at("summary"));
  std::sort(lock.packages.begin(), lock.packages.end(),
            [](const ChosenPackage& a, const ChosenPackage& b) { return a.package.nevra < b.package.nevra; });
  return lock;
}

json parse(const fs::path& path) {
  std::error_code error;
  const bool regular = fs::is_regular_file(path, error) || error;
  if (!regular && fs::exists(path)) throw Error("cannot read '" + path.string() + "': it is not a regular file");
  if (!error && fs::file_size(path, error) > max_file_size) {
    throw Error("cannot read '" + path.string() + "': it is larger than " + human_size(max_file_size));
  }
  const std::string text = read_file(path);
  try {
    return json::parse(text);
  } catch (const json::parse_error& cause) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(cause.byte, text.size())), '\n');
    throw Error(path.string() + ":" + std::to_string(line + 1) + ": not valid JSON", again);
  } catch (const json::exception&) {
    throw Error(path.string() + ": a number in it is out of range", again);
  }
}

void check_version(const json& document, const std::string& file) {
  const auto version = document.is_object() ? document.find("version") : document.end();
  if (version == document.end() || !version->is_number_unsigned()) {
    throw Error(file + ": not a lock of rootlet: it states no version", again);
  }
  const auto number = version->get<std::uint64_t>();
  if (number == Lock::current_version) return;
  throw Error(file + ": the lock has version " + std::to_string(number) + ", this rootlet knows only " +
                  std::to_string(Lock::current_version),
              number > Lock::current_version ? "a newer rootlet made it: use that one, or make the lock again" : again);
}

}  // namespace

bool is_location(std::string_view location) {
  if (location.empty() || location.starts_with('/')) return false;
  if (location.find("://") == std::string_view::npos) return fs::path(location).filename() != "..";
  constexpr std::array<std::string_view, 4> schemes{"http://", "https://", "ftp://", "file:///"};
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view s) { return location.starts_with(s); });
}

Lock read(const fs::path& path) {
  const json document = parse(path);
  check_version(document, path.string());
  try {
    return read_lock(Field(document, ""), fs::canonical(parent_dir(path)));
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what(), again);
  }
}

}  // namespace rootlet::lock
