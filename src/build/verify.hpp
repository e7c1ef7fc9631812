#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rootlet/base/progress.hpp"
#include "rootlet/build/resolve.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/rpm/header.hpp"
#include "rootlet/rpm/signature.hpp"

namespace rootlet::build {

/// Decides which packages a build may unpack: those that are what the solver chose, whole, and signed by one of the
/// keys that the recipe names for their repository (digests alone where the recipe says gpgcheck: false).
class Verifier {
 public:
  /// Loads the keys of every repository that checks and that one of `packages` comes from, so that a key that cannot be
  /// had is known before anything is downloaded. Error: "cannot load the OpenPGP key of repository 'baseos': …".
  Verifier(const Recipe& recipe, const std::vector<Package>& packages, const Environment& environment);

  /// Checks all packages; `files` has their order.
  /// Errors: "cannot trust package bash-0:5-1.x86_64 from repository 'baseos': …", "cannot install package
  /// bash-0:5-1.x86_64: it requires rpmlib(…) …, which rpm 4.18.0 does not have".
  void verify(const std::vector<Package>& packages, const std::vector<std::filesystem::path>& files,
              Progress& progress) const;

 private:
  [[nodiscard]] rpm::HeaderInfo check(const Package& package, const std::filesystem::path& file) const;

  /// By repository. Packages named by file may be signed by any of the recipe's keys.
  std::map<std::string, rpm::Keyring> keyrings_;
  /// Repositories for which the recipe says gpgcheck: false. One that is in neither is never trusted.
  std::set<std::string> unchecked_;
};

std::vector<Package> packages_of(const Solution& solution);

/// Downloads and verifies a solution's packages, which is told to one each. Their files, in its order.
std::vector<std::filesystem::path> verified_files(const Recipe& recipe, const Solution& solution,
                                                  const Environment& environment, Progress& downloading,
                                                  Progress& verifying);

}  // namespace rootlet::build
