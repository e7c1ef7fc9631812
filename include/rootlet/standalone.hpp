#pragma once

#include <variant>

#include "rootlet/build.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The recipe of an image by itself whose programs fit those of another image: what a recipe with a base asks for, with
/// all that it needs, where the base has a package in the base's very version. It names each package by its NEVRA, and
/// has no base. Solves the recipe on its base. Errors: as resolve(); the recipe has no base.
std::variant<Recipe, Unsolvable> standalone(const Recipe& recipe, const Environment& environment, Progress& progress);

}  // namespace rootlet::make
