#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::repo {

struct DownloadOptions {
  std::filesystem::path cache_dir;
  bool offline = false;                 ///< use the cache only
  std::chrono::seconds timeout{30};     ///< a server that is silent for so long has failed
  std::string renewal = "solve again";  ///< advice for hints, once a repository has other packages
};

/// Brings packages into `<cache_dir>/packages/<digest type>-<hex>.rpm`, in parallel, with resume, retries and the next
/// mirror on failure, and verifies each one's size and checksum, those found in the cache too. Packages of
/// local_repo_id are verified where they are. The result has the order of `packages`. Errors name the package, the
/// repository and the cause.
std::vector<std::filesystem::path> download_packages(const std::vector<Package>& packages,
                                                     const std::vector<RepoSpec>& repos, const DownloadOptions& options,
                                                     Progress& progress);

/// Brings the beginnings of packages, to the end of their headers, into `<cache_dir>/headers/<digest
/// type>-<hex>.header`; whole packages where they are in the cache or metadata do not say where headers end. Nothing is
/// verified: no checksum covers a part. The result has the order of `packages`. Errors: as download_packages().
std::vector<std::filesystem::path> download_headers(const std::vector<Package>& packages,
                                                    const std::vector<RepoSpec>& repos, const DownloadOptions& options,
                                                    Progress& progress);

/// Fetches the OpenPGP keys of a repository (`gpgkey`: file:// or http(s)://) as they are, ASCII or binary; of a file
/// with fingerprints, those keys alone, as packets. Errors: "<url>: <cause>", "<url>: it has no key with the
/// fingerprint …".
std::vector<std::string> load_keys(const RepoSpec& repo, const DownloadOptions& options);

}  // namespace rootlet::repo
