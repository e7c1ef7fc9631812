#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "rootlet/model/recipe.hpp"

namespace rootlet::recipe {

/// Settings that stand above the recipe's own words and take part in its digest as if they stood there.
struct Overrides {
  std::string arch;  ///< empty: the recipe's, else the host's
  std::optional<Objective> objective = {};
  std::optional<ScriptletDeps> scriptlet_deps = {};
  std::string releasever = {};  ///< empty: the recipe's. Its repositories must use it
  /// A file of YAML whose `repos` stand in place of the recipe's, as do `releasever`, `vars` and `modules` where it has
  /// them; empty: none.
  std::filesystem::path repos_from = {};
};

/// Reads a recipe, merges its includes, fills in the defaults and resolves variables and relative paths.
/// Errors (ErrorKind::usage): "nginx.yaml:3:1: unknown key 'pakages' (did you mean 'packages'?)" and the like.
Recipe load(const std::filesystem::path& path, const Overrides& overrides = {});

/// Error (ErrorKind::usage): RPM knows no such architecture to build for.
void check_arch(const std::string& arch);

/// Values of the variables in addresses: $arch, $basearch, and of `releasever` unless it is empty, $releasever,
/// $releasever_major and $releasever_minor (what follows the first dot; without one there is none), then `own`.
std::map<std::string, std::string> variables_of(const std::string& arch, const std::string& releasever,
                                                const std::map<std::string, std::string>& own);

/// RPM's base architecture of `arch`: what $basearch stands for.
std::string base_arch(const std::string& arch);

}  // namespace rootlet::recipe
