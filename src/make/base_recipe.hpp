#pragma once

#include <filesystem>
#include <string>

#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Whether a recipe's `base` names another recipe, a file in YAML, and not an image.
bool names_recipe(const std::string& base);

/// Builds the image of the recipe that a recipe's `base` names, for the same architecture, in a process of its own;
/// from its lock where one is beside it. Returns where it is: an OCI archive in the cache, as it was left there by an
/// earlier call where all is unchanged. Warnings are passed on. Errors: as build(); no solution, in one line; a recipe
/// that is built on itself; one whose layers go by its history, which is not looked at here.
std::filesystem::path build_base(const Recipe& recipe, const Environment& environment, Progress& progress);

}  // namespace rootlet::make
