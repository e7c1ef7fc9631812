#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The packages that the entries of a recipe's key name: by name, NEVRA or glob. Warns of entries that match none.
std::set<Nevra> packages_named(std::string_view key, const std::vector<RecipeItem>& entries,
                               const std::vector<Package>& packages, Progress& progress);

}  // namespace rootlet::make
