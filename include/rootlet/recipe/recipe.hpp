#pragma once

#include <filesystem>
#include <string>

#include "rootlet/model/recipe.hpp"

namespace rootlet::recipe {

/// Reads a recipe, merges its includes, fills in the defaults and resolves variables and relative paths.
/// `arch` overrides the recipe's (empty: the recipe's, else the host's).
/// Errors (ErrorKind::usage): "nginx.yaml:3:1: unknown key 'pakages' (did you mean 'packages'?)" and the like.
Recipe load(const std::filesystem::path& path, const std::string& arch = {});

/// RPM's base architecture of `arch`: what $basearch stands for.
std::string base_arch(const std::string& arch);

}  // namespace rootlet::recipe
