#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/base/progress.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/repository.hpp"
#include "rootlet/model/suggestion.hpp"

namespace rootlet::build {

/// What commands that touch repositories are told beside the recipe.
struct Environment {
  std::filesystem::path cache_dir;
  bool offline = false;
  double time_limit = 10;  ///< seconds that proving a set of packages the best may take
  bool paths = false;      ///< packages of a solution offer their paths, too
};

/// How long one phase took, in seconds.
struct Phase {
  std::string name;
  double seconds = 0;
};

/// A recipe's repositories and the answer to it.
struct Resolved {
  std::vector<RepoMetadata> repos;  ///< in the recipe's order
  std::variant<Solution, Unsolvable> outcome;
  std::vector<Phase> phases;
};

/// Brings the metadata and solves. Errors: as repo::load_metadata() and solv::solve().
Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The same over metadata that is at hand: `repos`, in the recipe's order.
Resolved resolve_with(const Recipe& recipe, std::vector<RepoMetadata> repos, const Environment& environment,
                      Progress& progress);

/// The same with what only package headers tell: which scriptlets require what and, where the recipe drops what only
/// scriptlets require, what that is. Downloads and verifies the packages of the answer; where their headers change it,
/// those of the next, too. Errors: also as of a build's phases.
Resolved resolve_from_headers(const Recipe& recipe, const Environment& environment, Progress& progress);

/// How the recipe could lead to less. Errors: as resolve().
std::variant<Suggestion, Unsolvable> suggest(const Recipe& recipe, const Environment& environment, Progress& progress);

}  // namespace rootlet::build
