#pragma once

#include <set>
#include <vector>

#include "base.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// The packages of a base that an open security advisory of the repositories is about. Errors: as load_advisories().
std::set<Nevra> insecure_packages(const Base& base, const Recipe& recipe, const std::vector<RepoMetadata>& repos,
                                  const Environment& environment, Progress& progress);

}  // namespace rootlet::make
