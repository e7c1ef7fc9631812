#pragma once

#include <set>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The packages whose scriptlets the recipe lets fail. Warns of entries that match none.
std::set<Nevra> packages_that_may_fail(const std::vector<RecipeItem>& entries, const std::vector<Package>& packages,
                                       Progress& progress);

}  // namespace rootlet::make
