#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/error.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rpm/header.hpp"
#include "solv/solve.hpp"

namespace rootlet::make {

/// Files of packages that a recipe's build keeps.
rpm::KeptFiles kept_files(const Recipe& recipe);

/// Reads the headers of packages without downloading these whole, and believes those that the recipe's keys have signed
/// (digests alone where it says gpgcheck: false).
class HeaderSource {
 public:
  HeaderSource(const Recipe& recipe, const Environment& environment, Progress& progress)
      : recipe_(recipe), environment_(environment), progress_(progress) {}

  /// For the solver: as Environment::headers has it, an error or nothing where one of them cannot be had or is not to
  /// be believed.
  solv::HeaderLoader loader();

  [[nodiscard]] const ByMetadata& problem() const noexcept { return problem_; }
  /// Requirements of each package of a solution, in its order; empty where headers do not decide.
  [[nodiscard]] std::vector<const std::vector<rpm::Requirement>*> requirements(const Solution& solution) const;
  /// Bytes that the packages of a solution that stay have of each class of files that images seldom need; classes
  /// without any are left out. Empty where headers do not decide.
  [[nodiscard]] std::vector<ClassTotals> removable(const Solution& solution) const;
  /// Obstacle for this librpm to install a package of a solution, as far as headers were read.
  [[nodiscard]] std::optional<Error> obstacle(const Solution& solution) const;

 private:
  [[nodiscard]] std::vector<solv::HeaderFacts> read(const std::vector<Package>& packages);

  const Recipe& recipe_;
  const Environment& environment_;
  Progress& progress_;
  std::map<std::string, std::vector<rpm::Requirement>> requirements_;      ///< by the package's checksum
  std::map<std::string, std::map<std::string, std::uint64_t>> removable_;  ///< the same: bytes by class
  std::map<std::string, std::vector<std::string>> not_supported_;          ///< the same: features that librpm lacks
  ByMetadata problem_;
};

}  // namespace rootlet::make
