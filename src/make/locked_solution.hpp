#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "documents.hpp"
#include "held_keys.hpp"
#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The command that makes the lock of a recipe anew, with more options, in quotes.
std::string lock_command(const Recipe& recipe, const std::filesystem::path& path, const std::string& options = {});

/// Reads what a lock pins; `held` gets the keys that it was made with, `repos` the states of repositories. Errors
/// (ErrorKind::usage): there is no such file; it does not fit the recipe.
Solution locked_solution(const Recipe& recipe, const std::filesystem::path& path, HeldKeys& held,
                         std::vector<RepoState>& repos);

}  // namespace rootlet::make
