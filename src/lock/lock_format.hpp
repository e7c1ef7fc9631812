#pragma once

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

/// The location of a package of a repository as a lock has it: without secrets. Error: it is no place.
std::string pinned_location(const Package& package);

/// The texts, sorted, each once.
std::vector<std::string> specs_of(const std::vector<RecipeItem>& items);

LockedRepo pin(const RepoSpec& spec, const std::string& repomd_sha256);

/// A selection as Lock has it.
Selection pin(const Selection& selection);

/// Adds what a selection says to a lock's `recipe`; see recipe::Fate::lock.
void write_selection(nlohmann::ordered_json& recipe, const Selection& selection);

/// The fields that it may add.
std::vector<std::string> selection_names();

/// Reads them back; without an objective, the lock was made when there was only dnf. Errors: one is missing or wrong.
Selection read_selection(const Field& recipe);

}  // namespace rootlet::lock
