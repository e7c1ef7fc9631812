#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_field.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::lock {

/// Whether a package's location can be one in a lock: a path from its repository's base, which may climb, or a URL.
bool is_location(std::string_view location);

/// The texts, sorted, each once.
std::vector<std::string> specs_of(const std::vector<RecipeItem>& items);

LockedRepo pin(const RepoSpec& spec, const std::string& repomd_sha256);

/// Variables as LockedRequest has them.
std::map<std::string, std::string> pin(const std::map<std::string, std::string>& vars);

/// A goal as LockedRequest has it.
Goal pin(const Goal& goal);

/// Adds what a goal says to a lock's `recipe`: the objective always, the rest where it is not as in Goal().
void write_goal(nlohmann::ordered_json& recipe, const Goal& goal);

/// Reads it back. Without an objective, the lock was made when there was only dnf.
Goal read_goal(const Field& recipe);

}  // namespace rootlet::lock
