#include "verify.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "headers.hpp"
#include "rootlet/error.hpp"
#include "rpm/version.hpp"

namespace rootlet::make {
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
void add_keys(rpm::Keyring& keyring, const RepoSpec& spec, const Environment& environment, const HeldKeys& held,
              bool alone) try {
  const auto certificates = load_held_keys(spec, {environment.cache_dir, environment.offline}, held);
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    if (certificates[i].empty()) continue;  // a key that the lock does not know
    keyring.add(certificates[i], spec.gpgkey[i], spec.weak_signatures);
  }
  if (alone) require_usable(keyring);
} catch (const Error& error) {
  throw error.within("cannot load the OpenPGP key of repository '" + spec.id + "'");
}

Error distrust(const Package& package, const Error& error) {
  const bool local = package.repo == local_repo_id;
  return error.within("cannot trust package " + package.nevra.str() +
                      (local ? "" : " from repository '" + package.repo + "'"));
}

}  // namespace

Verifier::Verifier(const Recipe& recipe, const std::vector<Package>& packages, const Environment& environment,
                   const HeldKeys& held)
    : kept_(kept_files(recipe)), headers_(environment.cache_dir / "headers") {
  const auto used = [&](const std::string& repo) {
    return std::any_of(packages.begin(), packages.end(), [&](const Package& p) { return p.repo == repo; });
  };
  const std::string local(local_repo_id);
  const bool check_local = recipe.localpkg_gpgcheck && used(local);
  if (check_local) keyrings_[local];
  if (!recipe.localpkg_gpgcheck) unchecked_.insert(local);
  for (const RepoSpec& spec : recipe.repos) {
    if (!spec.gpgcheck) unchecked_.insert(spec.id);
    if (spec.gpgcheck && used(spec.id)) add_keys(keyrings_[spec.id], spec, environment, held, true);
    if (check_local) add_keys(keyrings_[local], spec, environment, held, false);
  }
}

const rpm::Keyring* Verifier::keyring_for(const Package& package) const {
  const auto keyring = keyrings_.find(package.repo);
  if (keyring != keyrings_.end()) return &keyring->second;
  if (unchecked_.contains(package.repo)) return nullptr;
  throw Error("the recipe has no such repository", "make the lock again with 'rootlet lock'");
}

rpm::HeaderInfo Verifier::check_header(const Package& package, const std::filesystem::path& file) const try {
  return rpm::verified_header(file, keyring_for(package), package.nevra, kept_);
} catch (const Error& error) {
  throw distrust(package, error);
}

rpm::VerifiedPackage Verifier::verified(const Package& package, const std::filesystem::path& file) const try {
  rpm::VerifiedPackage verified = rpm::verify_package(file, keyring_for(package), package.nevra, kept_);
  // The choice was made by the beginning of the file, which no checksum covers.
  if (package.kept_size && *package.kept_size != verified.header().kept_size) {
    throw Error("its header says other sizes than the one that decided",
                "remove '" + headers_.string() +
                    "' and solve again; if it stays so, the repository is broken or was tampered with");
  }
  return verified;
} catch (const Error& error) {
  throw distrust(package, error);
}

std::vector<rpm::VerifiedPackage> Verifier::verify(const std::vector<Package>& packages,
                                                   const std::vector<std::filesystem::path>& files,
                                                   Progress& progress) const {
  progress.begin("verifying packages", packages.size(), Progress::Unit::items);
  std::vector<rpm::VerifiedPackage> all;
  all.reserve(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) {
    progress.at(i, packages.size(), packages[i].nevra.name);
    all.push_back(verified(packages[i], files[i]));
    // createrepo_c leaves requirements of features out of metadata.
    const std::vector<std::string>& missing = all.back().header().missing_features;
    if (!missing.empty()) throw features_error(packages[i], missing);
  }
  progress.at(packages.size(), packages.size(), "");
  progress.end();
  return all;
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
  for (const PackageId id : added_packages(solution)) packages.push_back(solution.packages[index(id)].package);
  return packages;
}

std::vector<PackageId> added_packages(const Solution& solution) {
  std::vector<PackageId> added;
  for (std::size_t i = 0; i < solution.packages.size(); ++i) {
    if (!solution.packages[i].package.in_base()) added.push_back(package_id(i));
  }
  return added;
}

}  // namespace rootlet::make
