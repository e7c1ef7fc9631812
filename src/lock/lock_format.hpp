#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/base/json_field.hpp"
#include "rootlet/model/lock.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::lock {

/// Whether a package's location stays below its repository's base: a relative path without ".." and scheme.
bool is_inside_repository(std::string_view location);

/// The texts, sorted, each once.
std::vector<std::string> specs_of(const std::vector<RecipeItem>& items);

LockedRepo pin(const RepoSpec& spec, const std::string& repomd_sha256);

/// A goal as LockedRequest has it.
Goal pin(const Goal& goal);

/// Adds what a goal says to a lock's `recipe`: the objective always, the rest where it is not as in Goal().
void write_goal(nlohmann::ordered_json& recipe, const Goal& goal);

/// Reads it back. Without an objective, the lock was made when there was only dnf.
Goal read_goal(const Field& recipe);

}  // namespace rootlet::lock
