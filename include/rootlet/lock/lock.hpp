#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/model/lock.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/repository.hpp"

namespace rootlet::lock {

/// Pins a solution of a recipe. Error: a package whose location is no place.
Lock make(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const Solution& solution);

/// The lock as JSON for a file in `directory`: two spaces of indent, version first, lists sorted, ending in a
/// newline. Places that the recipe names relative to itself are written relative to `directory`.
std::string to_json(const Lock& lock, const std::filesystem::path& directory);

/// Reads a lock and resolves its relative places against its directory.
/// Errors: not JSON, unknown version, unknown, missing or wrong field, each with the file's name and the field:
/// "nginx.lock.json: packages[3].location: …".
Lock read(const std::filesystem::path& path);

/// Names all that no longer fits between a lock and its recipe, one sentence each, sorted; empty: it fits.
/// A change that does not touch the set of packages (image configuration, files) fits.
std::vector<std::string> differences(const Lock& lock, const Recipe& recipe);

}  // namespace rootlet::lock
