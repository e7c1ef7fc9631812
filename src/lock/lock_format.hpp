#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/lock.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::lock {

/// Whether a package's location stays below its repository's base: a relative path without ".." and scheme.
bool is_inside_repository(std::string_view location);

/// The texts, sorted, each once.
std::vector<std::string> specs_of(const std::vector<RecipeItem>& items);

LockedRepo pin(const RepoSpec& spec, const std::string& repomd_sha256);

}  // namespace rootlet::lock
