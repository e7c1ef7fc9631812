#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// A package whose versions are not the same for all architectures that have it.
struct Drift {
  struct Version {
    std::vector<std::string> evrs;    ///< epoch, version and release: mostly one; sorted
    std::vector<std::string> arches;  ///< that have these; sorted
    bool operator==(const Version&) const = default;
  };
  std::string name;
  std::vector<Version> versions;  ///< by the first architecture of each
  bool operator==(const Drift&) const = default;
};

/// "openssl is 1:3.2.1-1 for x86_64, 1:3.2.0-1 for aarch64 and s390x".
std::string sentence(const Drift& drift);

/// An architecture and a set of packages for it.
using SetOfArch = std::pair<std::string, const Solution*>;

}  // namespace rootlet

namespace rootlet::analysis {

/// Drift between the sets of one recipe, sorted by name. A package that some architectures have and others do not is
/// none.
std::vector<Drift> drift_between(const std::vector<SetOfArch>& sets);

}  // namespace rootlet::analysis
