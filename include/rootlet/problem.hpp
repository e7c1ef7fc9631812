#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet {

/// Statement of a node of an explanation. Those up to `best` start a tree, those up to `cannot` lead on to their
/// children, the others are causes.
enum class Obstacle {
  asked,             ///< an entry of the recipe asks for `entry`
  best,              ///< … and of all that match it only `packages`, the best, counts
  requires_,         ///< `packages` require `capabilities`; the children say why each provider is out
  needs,             ///< `packages` require `capabilities`, and of all providers only `others` can meet it
  cannot,            ///< `packages` are out, for what the children say together
  nothing_provides,  ///< `packages` require `capabilities`, which no package provides; `others` come near
  no_match,          ///< no package is called, provides or owns `entry`
  excluded,          ///< `packages` are excluded by the recipe's `entry` at `mark`
  hidden,            ///< `packages` are hidden by `entry`: a module stream that is not enabled, say
  wrong_arch,        ///< `packages` are for an architecture that the image's, `entry`, cannot run
  not_installable,   ///< `packages` cannot be installed for a reason that metadata does not tell
  conflicts,         ///< `packages` conflict with `capabilities`, which `others` provide
  self_conflict,     ///< `packages` conflict with `capabilities`, which they provide themselves
  obsoletes,         ///< `packages` obsolete `capabilities`, which `others` are
  same_name,         ///< `packages` and `others` are versions of one package
  inferior_arch,     ///< `packages` give way to the same package for a better architecture
  both_obsolete,     ///< `packages` and `others` both obsolete `capabilities`
  low_priority,      ///< `packages` are in a repository of lower priority
  on_request_only,   ///< `packages` are installed only if the recipe names them
  other,             ///< a rule of the solver that has no words of its own: `entry` has the solver's
  told,              ///< `packages` are out for what node `told` says
  more               ///< `count` further packages are out
};
/// "nothing_provides": stable names for --json.
std::string_view obstacle_name(Obstacle why) noexcept;

/// One step of an explanation: a sentence's parts.
struct ProblemNode {
  Obstacle why = Obstacle::other;
  std::string entry{};          ///< text of an entry of the recipe
  Mark mark{};                  ///< where the entry stands
  std::vector<Nevra> packages;  ///< whom the sentence is about, by name, then oldest first
  bool all = false;             ///< these are all versions there are; in `needs`, `others` are all that provide it
  std::string via{};            ///< how an entry leads to `packages`: "mandatory package of the group 'Core'"
  std::vector<std::string> streams{};       ///< module streams that would show `packages` if they were enabled
  std::vector<std::string> capabilities{};  ///< those of the oldest of `packages` first
  std::vector<Nevra> others{};              ///< the other side
  std::size_t count = 0;
  std::size_t told = 0;                 ///< index of a node
  std::vector<std::size_t> children{};  ///< indices of nodes
};

/// Something worth knowing about a problem.
struct Hint {
  std::string kind;  ///< "name", "capability", "path", "version", "arch", "age", "priority", "exclude", "module",
                     ///< "account", "files"
  std::string text;  ///< a sentence
};

/// A change of the recipe after which the solver found a solution.
struct RecipeChange {
  Mark mark;         ///< the entry to change; nowhere where one is to be added
  std::string list;  ///< "packages", "exclude" or "modules.enable"
  std::string from;  ///< the entry's text; empty: add one
  std::string to;    ///< text to write instead; empty: nothing
};

/// The same change, wherever the entry stands.
inline bool operator==(const RecipeChange& a, const RecipeChange& b) {
  return a.list == b.list && a.from == b.from && a.to == b.to;
}

/// One thing that stands in the way: trees from entries of the recipe to the cause, which is in the last one.
struct Problem {
  std::vector<std::size_t> roots;
  std::vector<Hint> hints;
};

/// No set satisfies the recipe. A node that several trees share stands in `nodes` once.
struct Unsolvable {
  std::vector<ProblemNode> nodes;
  std::vector<Problem> problems;
  std::size_t left_out = 0;  ///< problems beyond those told
  /// Ways out: each alone, or where `together`, all at once. Each was tried.
  std::vector<RecipeChange> changes;
  bool together = false;
};

}  // namespace rootlet
