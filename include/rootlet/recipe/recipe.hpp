#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "rootlet/model/recipe.hpp"

namespace rootlet::recipe {

/// What stands above the recipe's own words, and takes part in its digest as if it stood there.
struct Overrides {
  std::string arch;  ///< empty: the recipe's, else the host's
  std::optional<Objective> objective = {};
  std::optional<ScriptletDeps> scriptlet_deps = {};
};

/// Reads a recipe, merges its includes, fills in the defaults and resolves variables and relative paths.
/// Errors (ErrorKind::usage): "nginx.yaml:3:1: unknown key 'pakages' (did you mean 'packages'?)" and the like.
Recipe load(const std::filesystem::path& path, const Overrides& overrides = {});

/// RPM's base architecture of `arch`: what $basearch stands for.
std::string base_arch(const std::string& arch);

}  // namespace rootlet::recipe
