#pragma once

#include <vector>

#include "pool.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::solv {

/// What one job asks for: one of `candidates`.
struct Job {
  RecipeItem item;  ///< the entry of the recipe behind it
  std::vector<Id> candidates;
};

}  // namespace rootlet::solv
