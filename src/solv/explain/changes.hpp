#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "explain.hpp"

namespace rootlet::solv {

/// Parts of a request that could be changed about one problem.
struct Suspects {
  std::vector<RecipeItem> entries;                          ///< of `packages` that it starts from
  std::set<std::string> requirements;                       ///< of files that it starts from
  std::vector<RecipeItem> excludes;                         ///< that it ends in
  std::vector<std::string> streams;                         ///< of modules that would show what is hidden
  std::map<std::string, std::vector<std::string>> instead;  ///< by an entry's text: what to try in its place
};

/// Ways out: each change alone, or where `together`, all at once.
struct WaysOut {
  std::vector<RecipeChange> changes;
  bool together = false;
};

/// The smallest changes after which there is a solution, each one tried.
WaysOut find_changes(const Request& request, const std::vector<Suspects>& problems, const Attempt& attempt);

}  // namespace rootlet::solv
