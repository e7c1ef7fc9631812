#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/json_field.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "lock_format.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/recipe_file.hpp"

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

std::vector<Requested> read_requested(const Field& field, const AbsolutePlaces& places) {
  std::vector<Requested> requested;
  for (const Field& item : field.list()) requested.push_back({places.spec(item.text())});
  std::sort(requested.begin(), requested.end(), [](const Requested& a, const Requested& b) { return a.spec < b.spec; });
  return requested;
}

/// The packages of a lock by the text that the lock names them with.
using ByNevra = std::map<std::string, PackageId>;

/// Which parts of a rich requirement a package meets. A lock does not say: where the text joins several by "and", each
/// package that meets it counts as a part of its own.
std::vector<std::uint32_t> guessed_parts(const std::string& capability, PackageId package) {
  if (form_of(capability) != CapabilityForm::rich || capability.find(" and ") == std::string::npos) return {};
  return {static_cast<std::uint32_t>(index(package))};
}

/// Packages that require one of the lock.
void read_required_by(const Field& field, const ByNevra& by_nevra, PackageId package, Lock& lock, const Field& all) {
  ChosenPackage& chosen = lock.packages.at(index(package));
  for (const Field& item : field.list()) {
    item.object({"package", "capability", "kind"});
    const std::string nevra = item.at("package").text();
    const std::string capability = item.at("capability").text();
    const EdgeKind kind = read_kind(item.at("kind"));
    const auto from = by_nevra.find(nevra);
    if (from == by_nevra.end()) {
      all.fail("package " + chosen.package.nevra.str() + " is required by the unknown package '" + nevra + "'");
    }
    chosen.reason.required_by.push_back({from->second, capability, kind, {}, guessed_parts(capability, package)});
  }
  sort_as_text(chosen.reason.required_by, lock.packages);
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

/// A package without what requires it.
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
  if (!package.in_base()) {
    package.location = read_location(field.at("location"), package.repo == local_repo_id, places);
    package.checksum = read_checksum(field.at("checksum"));
  }
  package.download_size = field.at("download_size").number();
  package.installed_size = field.at("installed_size").number();
  if (field.has("kept_size")) package.kept_size = field.at("kept_size").number();
  package.build_time = static_cast<std::int64_t>(field.at("build_time").number());
  const Field reason = field.at("reason");
  reason.object({"requested", "required_by"});
  chosen.reason.requested = read_requested(reason.at("requested"), places);
  if (field.has("build_only")) chosen.build_only = field.at("build_only").boolean();
  return chosen;
}

void read_packages(const Field& all, const AbsolutePlaces& places, Lock& lock) {
  const std::vector<Field> fields = all.list();
  std::vector<std::pair<ChosenPackage, std::size_t>> found;
  for (std::size_t i = 0; i < fields.size(); ++i) found.emplace_back(read_package(fields[i], places), i);
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first.package.nevra < b.first.package.nevra; });
  ByNevra by_nevra;
  for (auto& [chosen, place] : found) {
    const std::string nevra = chosen.package.nevra.str();
    if (!by_nevra.emplace(nevra, package_id(by_nevra.size())).second) {
      all.fail("package " + nevra + " is listed twice");
    }
    lock.packages.push_back(std::move(chosen));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Field reason = fields[found[i].second].at("reason");
    read_required_by(reason.at("required_by"), by_nevra, package_id(i), lock, all);
  }
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

Selection read_asked(const Field& field, const AbsolutePlaces& places) {
  Selection asked = read_selection(field);
  for (RecipeItem& item : asked.packages) item.text = places.spec(item.text);
  std::sort(asked.packages.begin(), asked.packages.end(),
            [](const RecipeItem& a, const RecipeItem& b) { return a.text < b.text; });
  return asked;
}

/// Tells entries of `packages` from what files of the recipe need.
void note_files(Lock& lock) {
  std::set<std::string> needed;
  for (const FileRequirement& each : lock.selection.file_requirements) needed.insert(each.item.text);
  for (const RecipeItem& item : lock.selection.packages) needed.erase(item.text);
  for (ChosenPackage& chosen : lock.packages) {
    for (Requested& requested : chosen.reason.requested) {
      if (needed.contains(requested.spec)) requested.via = "needed by files of the recipe";
    }
  }
}

/// Checks what the fields cannot say one by one.
void check_references(const Lock& lock, const Field& packages, const Field& repos) {
  std::set<std::string> ids{std::string(local_repo_id)};
  if (!lock.base.empty()) ids.insert(std::string(base_repo_id));
  for (const LockedRepo& repo : lock.repos) {
    if (!ids.insert(repo.id).second) repos.fail("repository '" + repo.id + "' is listed twice");
  }
  for (const ChosenPackage& chosen : lock.packages) {
    if (ids.contains(chosen.package.repo)) continue;
    packages.fail("package " + chosen.package.nevra.str() + " comes from the unknown repository '" +
                  chosen.package.repo + "'");
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

/// `top`: with the version of the format, or without one, where it is one of several.
Lock read_lock(const Field& top, const fs::path& directory, bool alone) {
  std::vector<std::string> parts{"recipe", "base", "repos", "packages", "modules", "summary"};
  if (alone) parts.emplace_back("version");
  top.object(parts);
  Lock lock;
  const AbsolutePlaces places(directory, lock.relative);
  const Field recipe = top.at("recipe");
  std::vector<std::string> fields = selection_names();
  fields.insert(fields.end(), {"digest", "name"});
  recipe.object(fields);
  lock.recipe_digest = read_sha256(recipe.at("digest"));
  lock.name = recipe.at("name").word();
  lock.selection = read_asked(recipe, places);
  if (top.has("base")) lock.base = read_checksum(top.at("base")).str();
  for (const Field& repo : top.at("repos").list()) lock.repos.push_back(read_repo(repo, places));
  read_packages(top.at("packages"), places, lock);
  lock.modules = read_modules(top);
  note_files(lock);
  check_references(lock, top.at("packages"), top.at("repos"));
  check_summary(lock, top.at("summary"));
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
    return parse_json(text);
  } catch (const json::parse_error& cause) {
    const auto line =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(cause.byte, text.size())), '\n');
    throw Error(path.string() + ":" + std::to_string(line + 1) + ": not valid JSON", again);
  } catch (const json::exception&) {
    throw Error(path.string() + ": a number in it is out of range", again);
  }
}

std::uint64_t version_of(const json& document, const std::string& file) {
  const auto version = document.is_object() ? document.find("version") : document.end();
  if (version == document.end() || !version->is_number_unsigned()) {
    throw Error(file + ": not a lock of rootlet: it states no version", again);
  }
  const auto number = version->get<std::uint64_t>();
  if (number == Lock::current_version || number == Lock::version_of_several) return number;
  throw Error(
      file + ": the lock has version " + std::to_string(number) + ", this rootlet knows only " +
          std::to_string(Lock::current_version) + " and " + std::to_string(Lock::version_of_several),
      number > Lock::version_of_several ? "a newer rootlet made it: use that one, or make the lock again" : again);
}

std::vector<Lock> read_several(const Field& top, const fs::path& directory) {
  top.object({"version", "arches"});
  std::vector<Lock> locks;
  const Field arches = top.at("arches");
  for (const auto& [arch, field] : arches.members()) {
    locks.push_back(read_lock(field, directory, false));
    const std::string& own = locks.back().selection.arch;
    if (own != arch) field.at("recipe").at("arch").fail("'" + own + "' stands under '" + arch + "'");
  }
  if (locks.empty()) arches.fail("there is none");
  return locks;
}

}  // namespace

bool is_location(std::string_view location) {
  if (location.empty() || location.starts_with('/')) return false;
  if (location.find("://") == std::string_view::npos) return fs::path(location).filename() != "..";
  constexpr std::array<std::string_view, 4> schemes{"http://", "https://", "ftp://", "file:///"};
  return std::any_of(schemes.begin(), schemes.end(), [&](std::string_view s) { return location.starts_with(s); });
}

std::vector<Lock> read_all(const fs::path& path) {
  const json document = parse(path);
  const std::uint64_t version = version_of(document, path.string());
  try {
    const Field top(document, "");
    const fs::path directory = fs::canonical(parent_dir(path));
    if (version == Lock::version_of_several) return read_several(top, directory);
    std::vector<Lock> one;
    one.push_back(read_lock(top, directory, true));
    return one;
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what(), again);
  }
}

Lock read(const fs::path& path, const std::string& arch) {
  std::vector<Lock> locks = read_all(path);
  if (locks.size() == 1) return std::move(locks.front());
  const std::string wanted = arch.empty() ? recipe::host_arch() : arch;
  std::vector<std::string> known;
  for (Lock& lock : locks) {
    if (lock.selection.arch == wanted) return std::move(lock);
    known.push_back(lock.selection.arch);
  }
  throw usage_error(path.string() + ": it is for " + join(known, ", ") + ", and not for " + wanted,
                    "choose one of them with --arch");
}

}  // namespace rootlet::lock
