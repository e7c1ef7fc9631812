#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rootlet/base/error.hpp"
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

  /// Checks all packages and notes what their headers say of them; `files` has their order.
  /// Errors: "cannot trust package bash-0:5-1.x86_64 from repository 'baseos': …", "cannot install package
  /// bash-0:5-1.x86_64: it requires rpmlib(…) …, which rpm 4.18.0 does not have".
  void verify(std::vector<ChosenPackage>& packages, const std::vector<std::filesystem::path>& files,
              Progress& progress) const;

  /// Checks and reads a header, of a file that may end with it. Errors: as verify().
  [[nodiscard]] rpm::HeaderInfo check_header(const Package& package, const std::filesystem::path& file) const;

 private:
  enum class Extent { header, whole };
  [[nodiscard]] rpm::HeaderInfo check(const Package& package, const std::filesystem::path& file, Extent extent) const;
  [[nodiscard]] rpm::HeaderInfo trusted(const Package& package, const std::filesystem::path& file, Extent extent) const;

  /// By repository. Packages named by file may be signed by any of the recipe's keys.
  std::map<std::string, rpm::Keyring> keyrings_;
  /// Repositories for which the recipe says gpgcheck: false. One that is in neither is never trusted.
  std::set<std::string> unchecked_;
  rpm::KeptFiles kept_;
};

/// "cannot install package bash-0:5-1.x86_64: it requires rpmlib(…) …, which rpm 4.18.0 does not have".
Error features_error(const Package& package, const std::vector<std::string>& missing);

std::vector<Package> packages_of(const Solution& solution);

}  // namespace rootlet::build
