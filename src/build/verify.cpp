#include "verify.hpp"

#include <algorithm>

#include "headers.hpp"
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

}  // namespace

Verifier::Verifier(const Recipe& recipe, const std::vector<Package>& packages, const Environment& environment)
    : kept_(kept_files(recipe)) {
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

rpm::HeaderInfo Verifier::check(const Package& package, const std::filesystem::path& file, Extent extent) const {
  const auto keyring = keyrings_.find(package.repo);
  if (keyring != keyrings_.end()) {
    extent == Extent::whole ? static_cast<void>(rpm::verify(file, keyring->second))
                            : rpm::verify_header(file, keyring->second);
  } else if (unchecked_.contains(package.repo)) {
    extent == Extent::whole ? rpm::verify_digests(file) : rpm::verify_header_digests(file);
  } else {
    throw Error("the recipe has no such repository", "make the lock again with 'rootlet lock'");
  }
  // A signature says who made a package, not that it is the one that was asked for.
  rpm::HeaderInfo header = rpm::read_header(file, kept_);
  if (header.nevra != package.nevra) {
    throw Error("package '" + file.string() + "': it is " + header.nevra.str(),
                "download it again; if it stays so, the repository is broken or was tampered with");
  }
  return header;
}

rpm::HeaderInfo Verifier::trusted(const Package& package, const std::filesystem::path& file, Extent extent) const try {
  return check(package, file, extent);
} catch (const Error& error) {
  const bool local = package.repo == local_repo_id;
  throw error.within("cannot trust package " + package.nevra.str() +
                     (local ? "" : " from repository '" + package.repo + "'"));
}

rpm::HeaderInfo Verifier::check_header(const Package& package, const std::filesystem::path& file) const {
  return trusted(package, file, Extent::header);
}

void Verifier::verify(std::vector<ChosenPackage>& packages, const std::vector<std::filesystem::path>& files,
                      Progress& progress) const {
  progress.begin("verifying packages", packages.size(), Progress::Unit::items);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    Package& package = packages[i].package;
    progress.at(i, packages.size(), package.nevra.name);
    const rpm::HeaderInfo header = trusted(package, files[i], Extent::whole);
    // createrepo_c leaves requirements of features out of metadata.
    if (!header.missing_features.empty()) throw features_error(package, header.missing_features);
    // The choice was made by the beginning of the file, which no checksum covers.
    if (package.kept_size && *package.kept_size != header.kept_size) {
      throw Error(
          "cannot trust package " + package.nevra.str() + ": its header says other sizes than the one that decided",
          "remove 'headers' in the cache and solve again; if it stays so, the repository is broken or was tampered "
          "with");
    }
    package.kept_size = header.kept_size;
  }
  progress.at(packages.size(), packages.size(), "");
  progress.end();
}

Error features_error(const Package& package, const std::vector<std::string>& missing) {
  return Error(
      "cannot install package " + package.nevra.str() + ": it requires " + join(missing, ", ") + ", which rpm " +
          rpm::librpm_version() + " does not have",
      "run rootlet on a system whose rpm is as new as the package's distribution, or choose another version of "
      "the package");
}

std::vector<Package> packages_of(const Solution& solution) {
  std::vector<Package> packages;
  for (const ChosenPackage& chosen : solution.packages) packages.push_back(chosen.package);
  return packages;
}

}  // namespace rootlet::build
