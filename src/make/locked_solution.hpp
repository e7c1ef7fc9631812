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

/// Content of a lock, as a build takes it.
struct Locked {
  Solution solution;
  HeldKeys held;                 ///< the keys that it was made with
  std::vector<RepoState> repos;  ///< states of repositories
  std::string base_digest;       ///< of the base's manifest; empty: there is none
};

/// Reads a lock. Errors (ErrorKind::usage): there is no such file; it does not fit the recipe.
Locked locked_solution(const Recipe& recipe, const std::filesystem::path& path);

}  // namespace rootlet::make
