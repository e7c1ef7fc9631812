#pragma once

#include <vector>

#include "base.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// As resolve_with(), on a base that is open; nullptr: there is none.
Resolved resolve_on(const Base* base, const Recipe& recipe, std::vector<RepoMetadata> repos,
                    const Environment& environment, Progress& progress);

}  // namespace rootlet::make
