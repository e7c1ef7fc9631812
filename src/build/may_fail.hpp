#pragma once

#include <set>
#include <vector>

#include "rootlet/base/progress.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::build {

/// The packages whose scriptlets the recipe lets fail. Warns of entries that match none.
std::set<Nevra> packages_that_may_fail(const std::vector<RecipeItem>& entries, const std::vector<Package>& packages,
                                       Progress& progress);

}  // namespace rootlet::build
