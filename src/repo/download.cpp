#include "repo/download.hpp"

#include <algorithm>
#include <map>

#include "base/fs.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "checksum.hpp"
#include "mirrors.hpp"
#include "repo/cache.hpp"
#include "rootlet/error.hpp"
#include "store.hpp"
#include "transfer.hpp"

namespace rootlet::repo {
namespace {

constexpr std::size_t failures_shown = 5;
constexpr std::uint64_t size_limit = 8'000'000'000;  ///< no package is larger
constexpr std::size_t location_limit = 8192;         ///< nor is a path or an address
constexpr std::uint64_t header_limit = 256'000'000;  ///< and no header

bool is_local(const Package& package) { return package.repo == local_repo_id; }

StoredFile stored_file(const Package& package, const fs::path& store) {
  StoredFile file;
  file.checksum = checked_checksum(package.checksum.type, package.checksum.hex);
  file.path =
      is_local(package) ? fs::path(package.location) : store / (file.checksum.type + "-" + file.checksum.hex + ".rpm");
  file.size = package.download_size;
  if (package.location.size() > location_limit) {
    throw Error("its location of " + human_size(package.location.size()) + " is beyond all reason");
  }
  if (file.size > size_limit) throw Error("its size of " + human_size(file.size) + " is beyond all reason");
  file.location = is_url(package.location) ? package.location : encode_path(package.location);
  file.limit = size_limit;
  file.label = package.nevra.str();
  return file;
}

/// The beginning of a package; all of it where it is in the cache, is a file of its own, or metadata do not say where
/// its header ends.
StoredFile stored_header(const Package& package, const fs::path& cache) {
  StoredFile file = stored_file(package, cache / "packages");
  std::error_code missing;
  const bool whole = is_local(package) || fs::file_size(file.path, missing) == package.download_size;
  if (package.header_end > header_limit) {
    throw Error("its header of " + human_size(package.header_end) + " is beyond all reason");
  }
  if (!whole && package.header_end == 0) return file;
  if (!whole) {
    file.path = cache / "headers" / file.path.filename().replace_extension(".header");
    file.size = package.header_end;
  }
  file.checksum = {};
  return file;
}

/// Gathers what went wrong with which package.
class Failures {
 public:
  void add(const Package& package, const std::string& cause, const std::string& hint = {}) {
    const std::string origin =
        is_local(package) ? "file '" + package.location + "'" : "repository '" + package.repo + "'";
    lines_.push_back(package.nevra.str() + " (" + origin + "): " + cause);
    if (hint_.empty()) hint_ = hint;
  }

  /// `usual_hint` is for causes that came without one.
  void throw_if_any(const std::string& usual_hint) {
    if (lines_.empty()) return;
    const std::string& hint = hint_.empty() ? usual_hint : hint_;
    std::sort(lines_.begin(), lines_.end());
    lines_.erase(std::unique(lines_.begin(), lines_.end()), lines_.end());
    if (lines_.size() == 1) throw Error("cannot fetch " + lines_.front(), hint);
    std::string message = "cannot fetch " + counted(lines_.size(), "package") + ":";
    for (std::size_t i = 0; i < std::min(lines_.size(), failures_shown); ++i) message += "\n  " + lines_[i];
    if (lines_.size() > failures_shown) {
      message += "\n  and " + counted(lines_.size() - failures_shown, "more package");
    }
    throw Error(message, hint);
  }

 private:
  std::vector<std::string> lines_;
  std::string hint_;
};

using Indices = std::vector<std::size_t>;

/// Packages that no network can help with: local files, and everything when offline. Returns the packages to fetch.
Indices sort_out(const std::vector<Package>& packages, const std::vector<FileState>& states, bool offline) {
  Failures local;
  Failures cache;
  Indices missing;
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (states[i] == FileState::intact) continue;
    const bool damaged = states[i] == FileState::damaged;
    if (is_local(packages[i])) {
      local.add(packages[i], damaged ? "it has changed since it was read" : "it is gone");
    } else if (offline) {
      cache.add(packages[i], damaged ? "it is damaged in the cache" : "it is not in the cache");
    } else {
      missing.push_back(i);
    }
  }
  local.throw_if_any("run it again with the files as they should be");
  cache.throw_if_any("run once without --offline");
  return missing;
}

/// Fills in the mirrors of the files to fetch. Packages of repositories that cannot be reached become failures.
Indices find_mirrors(const std::vector<Package>& packages, const Indices& missing, const std::vector<RepoSpec>& repos,
                     const DownloadOptions& options, Progress& progress, std::vector<StoredFile>& files,
                     Failures& failures) {
  std::map<std::string, std::size_t> used;
  std::vector<const RepoSpec*> specs;
  for (const std::size_t i : missing) {
    const auto spec =
        std::find_if(repos.begin(), repos.end(), [&](const RepoSpec& repo) { return repo.id == packages[i].repo; });
    if (spec == repos.end() || used.contains(spec->id)) continue;
    used.emplace(spec->id, specs.size());
    specs.push_back(&*spec);
  }
  make_cache_dirs(options.cache_dir);
  const TempDir scratch(options.cache_dir, "mirrors-");
  const std::vector<ResolvedMirrors> mirrors = resolve_mirrors(specs, scratch.path(), options.timeout, progress);
  Indices fetchable;
  for (const std::size_t i : missing) {
    const auto at = used.find(packages[i].repo);
    if (at == used.end()) {
      failures.add(packages[i], "there is no such repository");
      continue;
    }
    const ResolvedMirrors& repo = mirrors[at->second];
    const std::string refused = refused_package(packages[i].location, repo.list.urls);
    if (repo.list.urls.empty()) {
      failures.add(packages[i], repo.problem, repo.hint);
    } else if (!refused.empty()) {
      failures.add(packages[i], refused);
    } else {
      files[i].mirrors = repo.list.urls;
      files[i].connection = repo.connection;
      fetchable.push_back(i);
    }
  }
  return fetchable;
}

/// Part of packages that is brought.
struct Part {
  const char* folder;  ///< of the cache
  const char* task;
};

std::vector<fs::path> bring_all(const std::vector<Package>& packages, std::vector<StoredFile> files, const Part& part,
                                const std::vector<RepoSpec>& repos, const DownloadOptions& options,
                                Progress& progress) {
  require_own_cache(options.cache_dir);
  std::vector<fs::path> paths;
  for (const StoredFile& file : files) paths.push_back(file.path);
  const Indices missing = sort_out(packages, inspect(files), options.offline);
  if (missing.empty()) return paths;

  Failures failures;
  const Indices fetchable = find_mirrors(packages, missing, repos, options, progress, files, failures);
  std::vector<StoredFile> wanted;
  for (const std::size_t i : fetchable) wanted.push_back(files[i]);
  const fs::path store = options.cache_dir / part.folder;
  for (const StoredFile& file : wanted) make_cache_dirs(parent_dir(file.path));
  const std::vector<TransferProblem> problems = bring(wanted, store, options.timeout, part.task, progress);
  for (std::size_t i = 0; i < fetchable.size(); ++i) {
    if (!problems[i].cause.empty()) failures.add(packages[fetchable[i]], problems[i].cause, problems[i].hint);
  }
  failures.throw_if_any("try again; if the repository has changed meanwhile, " + options.renewal);
  return paths;
}

/// Where each package's file is to be, by `stored`.
template <class Stored>
std::vector<StoredFile> stored_files(const std::vector<Package>& packages, Stored stored) {
  std::vector<StoredFile> files;
  for (const Package& package : packages) {
    try {
      files.push_back(stored(package));
    } catch (const Error& error) {
      throw error.within("cannot fetch " + package.nevra.str() + " (repository '" + package.repo + "')");
    }
  }
  return files;
}

}  // namespace

std::vector<std::filesystem::path> download_packages(const std::vector<Package>& packages,
                                                     const std::vector<RepoSpec>& repos, const DownloadOptions& options,
                                                     Progress& progress) {
  const fs::path store = options.cache_dir / "packages";
  auto files = stored_files(packages, [&](const Package& package) { return stored_file(package, store); });
  return bring_all(packages, std::move(files), {"packages", "downloading packages"}, repos, options, progress);
}

std::vector<std::filesystem::path> download_headers(const std::vector<Package>& packages,
                                                    const std::vector<RepoSpec>& repos, const DownloadOptions& options,
                                                    Progress& progress) {
  auto files =
      stored_files(packages, [&](const Package& package) { return stored_header(package, options.cache_dir); });
  return bring_all(packages, std::move(files), {"headers", "downloading headers"}, repos, options, progress);
}

}  // namespace rootlet::repo
