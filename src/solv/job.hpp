#pragma once

#include <string>
#include <vector>

#include "pool.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::solv {

/// Demand for one of these packages.
struct Job {
  RecipeItem item;  ///< the recipe's entry
  std::vector<Id> candidates;
  std::string via = {};  ///< how the entry leads to them: "mandatory package of the group 'Core'"; empty: by itself
  /// A rich dependency "(candidate if condition)" to ask for instead, and its condition.
  Id conditional = 0;
  Id condition = 0;
  bool of_files = false;  ///< what files of the recipe need: no entry of `packages`
};

}  // namespace rootlet::solv
