#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/error.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::verbs {

/// Repositories of many recipes: those of the same addresses are loaded once, so that all work is about one state of
/// them.
class LoadedRepos {
 public:
  LoadedRepos(const make::Environment& environment, Progress& progress)
      : environment_(environment), progress_(progress) {}

  /// Those of a recipe, in its order, or why they cannot be had.
  std::variant<std::vector<RepoMetadata>, Error> of(const Recipe& recipe);

 private:
  /// Facts that decide which state of the repositories is loaded, and whether it can be.
  using Sources = std::pair<std::string, std::vector<RepoAccess>>;
  static Sources sources_of(const Recipe& recipe);

  const make::Environment& environment_;
  Progress& progress_;
  std::map<Sources, std::variant<std::vector<RepoMetadata>, Error>> known_;
};

}  // namespace rootlet::verbs
