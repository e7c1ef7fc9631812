#include "verify.hpp"

#include <algorithm>

#include "rootlet/base/error.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/repo/download.hpp"
#include "rootlet/rpm/version.hpp"

namespace rootlet::build {
namespace {

/// Refuses a repository of whose keys librpm takes none: all of its packages would be refused.
/// Error: "<key file>: key 24c6a8a7f4a80eb5 (CentOS-7 Key <…>): <why>".
void require_usable(const rpm::Keyring& keyring) {
  const std::vector<rpm::UnusableKey> unusable = keyring.unusable();
  if (!keyring.empty() || unusable.empty()) return;
  std::string text;
  for (const rpm::UnusableKey& key : unusable) {
    text += (text.empty() ? "" : "; ") + key.origin + ": key " + key.name + ": " + key.reason;
  }
  throw Error(text, unusable.front().hint);
}

/// Adds a repository's keys; `alone`: nothing but these may sign its packages.
void add_keys(rpm::Keyring& keyring, const RepoSpec& spec, const Environment& environment, bool alone) try {
  const auto certificates = repo::load_keys(spec, {environment.cache_dir, environment.offline});
  for (std::size_t i = 0; i < certificates.size(); ++i) keyring.add(certificates[i], spec.gpgkey[i]);
  if (alone) require_usable(keyring);
} catch (const Error& error) {
  throw error.within("cannot load the OpenPGP key of repository '" + spec.id + "'");
}

/// createrepo_c leaves these requirements out of metadata: only headers tell.
void require_features(const Package& package, const rpm::HeaderInfo& header) {
  if (header.missing_features.empty()) return;
  throw Error("cannot install package " + package.nevra.str() + ": it requires " + join(header.missing_features, ", ") +
                  ", which rpm " + rpm::librpm_version() + " does not have",
              "run rootlet on a system whose rpm is as new as the package's distribution, or choose another version of "
              "the package");
}

}  // namespace

Verifier::Verifier(const Recipe& recipe, const std::vector<Package>& packages, const Environment& environment) {
  const auto used = [&](const std::string& repo) {
    return std::any_of(packages.begin(), packages.end(), [&](const Package& p) { return p.repo == repo; });
  };
  const std::string local(local_repo_id);
  const bool check_local = recipe.localpkg_gpgcheck && used(local);
  if (check_local) keyrings_[local];
  if (!recipe.localpkg_gpgcheck) unchecked_.insert(local);
  for (const RepoSpec& spec : recipe.repos) {
    if (!spec.gpgcheck) unchecked_.insert(spec.id);
    if (spec.gpgcheck && used(spec.id)) add_keys(keyrings_[spec.id], spec, environment, true);
    if (check_local) add_keys(keyrings_[local], spec, environment, false);
  }
}

rpm::HeaderInfo Verifier::check(const Package& package, const std::filesystem::path& file) const {
  const auto keyring = keyrings_.find(package.repo);
  if (keyring != keyrings_.end()) {
    rpm::verify(file, keyring->second);
  } else if (unchecked_.contains(package.repo)) {
    rpm::verify_digests(file);
  } else {
    throw Error("the recipe has no such repository", "make the lock again with 'rootlet lock'");
  }
  // A signature says who made a package, not that it is the one that was asked for.
  rpm::HeaderInfo header = rpm::read_header(file);
  if (header.nevra != package.nevra) {
    throw Error("package '" + file.string() + "': it is " + header.nevra.str(),
                "download it again; if it stays so, the repository is broken or was tampered with");
  }
  return header;
}

void Verifier::verify(const std::vector<Package>& packages, const std::vector<std::filesystem::path>& files,
                      Progress& progress) const {
  progress.begin("verifying packages", packages.size(), Progress::Unit::items);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const Package& package = packages[i];
    progress.at(i, packages.size(), package.nevra.name);
    const bool local = package.repo == local_repo_id;
    rpm::HeaderInfo header;
    try {
      header = check(package, files[i]);
    } catch (const Error& error) {
      throw error.within("cannot trust package " + package.nevra.str() +
                         (local ? "" : " from repository '" + package.repo + "'"));
    }
    require_features(package, header);
  }
  progress.at(packages.size(), packages.size(), "");
  progress.end();
}

std::vector<Package> packages_of(const Solution& solution) {
  std::vector<Package> packages;
  for (const ChosenPackage& chosen : solution.packages) packages.push_back(chosen.package);
  return packages;
}

std::vector<std::filesystem::path> verified_files(const Recipe& recipe, const Solution& solution,
                                                  const Environment& environment, Progress& downloading,
                                                  Progress& verifying) {
  const std::vector<Package> packages = packages_of(solution);
  const Verifier verifier(recipe, packages, environment);
  const repo::DownloadOptions download{environment.cache_dir, environment.offline};
  auto files = repo::download_packages(packages, recipe.repos, download, downloading);
  verifier.verify(packages, files, verifying);
  return files;
}

}  // namespace rootlet::build
