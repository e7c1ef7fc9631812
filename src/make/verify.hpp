#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "held_keys.hpp"
#include "rootlet/build.hpp"
#include "rootlet/error.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rpm/verified.hpp"

namespace rootlet::make {

/// Decides which packages a build may unpack: those that are what the solver chose, whole, and signed by one of the
/// keys that the recipe names for their repository (digests alone where the recipe says gpgcheck: false).
class Verifier {
 public:
  /// Loads the keys of every repository that checks and that one of `packages` comes from, so that a key that cannot be
  /// had is known before anything is downloaded. Error: "cannot load the OpenPGP key of repository 'baseos': …".
  /// `held`: by repository, the fingerprints of the keys that alone count; of others all do.
  Verifier(const Recipe& recipe, const std::vector<Package>& packages, const Environment& environment,
           const HeldKeys& held = {});

  /// Checks the files of packages, which have their order. Errors: "cannot trust package bash-0:5-1.x86_64 from
  /// repository 'baseos': …", "cannot install package bash-0:5-1.x86_64: it requires rpmlib(…) …, which rpm 4.18.0 does
  /// not have".
  [[nodiscard]] std::vector<rpm::VerifiedPackage> verify(const std::vector<Package>& packages,
                                                         const std::vector<std::filesystem::path>& files,
                                                         Progress& progress) const;

  /// Checks and reads a header, of a file that may end with it. Errors: as verify().
  [[nodiscard]] rpm::HeaderInfo check_header(const Package& package, const std::filesystem::path& file) const;

 private:
  /// The keys that may have signed a package; nullptr: its digests are enough. Error: the recipe does not say.
  [[nodiscard]] const rpm::Keyring* keyring_for(const Package& package) const;
  [[nodiscard]] rpm::VerifiedPackage verified(const Package& package, const std::filesystem::path& file) const;

  /// By repository. Packages named by file may be signed by any of the recipe's keys.
  std::map<std::string, rpm::Keyring> keyrings_;
  /// Repositories for which the recipe says gpgcheck: false. One that is in neither is never trusted.
  std::set<std::string> unchecked_;
  rpm::KeptFiles kept_;
  std::filesystem::path headers_;  ///< where the cache has beginnings of packages
};

/// "cannot install package bash-0:5-1.x86_64: it requires rpmlib(…) …, which rpm 4.18.0 does not have".
Error features_error(const Package& package, const std::vector<std::string>& missing);

std::vector<Package> packages_of(const Solution& solution);

/// The places of those packages: all but the base's.
std::vector<PackageId> added_packages(const Solution& solution);

}  // namespace rootlet::make
