#pragma once

#include "root.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Warns of packages that are known to have a scriptlet which fills files with random bytes, so that each build gives
/// another image. Nothing of files that the recipe gives a content of its own.
void warn_of_random_files(const Recipe& recipe, const Verified& packages, Progress& progress);

}  // namespace rootlet::make
