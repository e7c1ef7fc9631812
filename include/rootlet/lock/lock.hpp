#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/model/lock.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/repository.hpp"

namespace rootlet::lock {

/// Pins a solution of a recipe.
Lock make(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const Solution& solution);

/// The lock as JSON, two spaces of indent, sorted, ending in a newline. Local package files and file:// URLs are
/// written relative to `directory` (the lock's own) where they lie below the recipe's.
std::string to_json(const Lock& lock);

/// Reads a lock. Errors: not JSON, unknown version, missing or wrong field, each with the file's name.
Lock read(const std::filesystem::path& path);

/// What no longer fits between a lock and its recipe, one sentence each, sorted; empty: it fits.
/// A change that does not touch the set of packages (image configuration, files) fits.
std::vector<std::string> differences(const Lock& lock, const Recipe& recipe);

}  // namespace rootlet::lock
