#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/base/error.hpp"
#include "rootlet/base/progress.hpp"
#include "rootlet/model/package.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/model/recipe.hpp"
#include "rootlet/model/repository.hpp"
#include "rootlet/model/suggestion.hpp"

namespace rootlet::build {

/// Whether package headers are read for what metadata do not tell: sizes without what a recipe leaves out, and which
/// requirements are those of scriptlets.
enum class Headers {
  never,         ///< metadata decide
  if_reachable,  ///< metadata decide where a header cannot be had
  required       ///< an error where a header cannot be had
};

/// What commands that touch repositories are told beside the recipe.
struct Environment {
  std::filesystem::path cache_dir;
  bool offline = false;
  double time_limit = 10;  ///< seconds that proving a set of packages the best may take
  bool paths = false;      ///< packages of a solution offer their paths, too
  Headers headers = Headers::if_reachable;
};

/// How long one phase took, in seconds.
struct Phase {
  std::string name;
  double seconds = 0;
};

/// Why headers do not decide, though they were to.
struct ByMetadata {
  std::string why;        ///< empty: they do, or were not to
  bool distrust = false;  ///< a header was there, but not to be believed
};
/// Warns of distrust; that headers cannot be had is a detail, since the answer says what decided.
void tell(const ByMetadata& by_metadata, Progress& progress);

/// A recipe's repositories and the answer to it.
struct Resolved {
  std::vector<RepoMetadata> repos;  ///< in the recipe's order
  std::variant<Solution, Unsolvable> outcome;
  std::vector<Phase> phases;
  ByMetadata by_metadata;
  /// A package of the answer requires a feature that this librpm lacks, as far as headers were read.
  std::optional<Error> not_installable = std::nullopt;
};

/// Brings the metadata, reads headers and solves. Errors: as repo::load_metadata() and solv::solve().
Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The same over metadata that is at hand: `repos`, in the recipe's order.
Resolved resolve_with(const Recipe& recipe, std::vector<RepoMetadata> repos, const Environment& environment,
                      Progress& progress);

/// How the recipe could lead to less. Errors: as resolve().
std::variant<Suggestion, Unsolvable> suggest(const Recipe& recipe, const Environment& environment, Progress& progress);

}  // namespace rootlet::build
