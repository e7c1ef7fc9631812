#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/trim.hpp"

namespace rootlet {

/// One step of a chain of requirements.
struct Hop {
  PackageId package = {};  ///< the one that requires
  std::string capability;  ///< capability that it requires
  EdgeKind kind = EdgeKind::runtime;
  PackageId provider = {};  ///< the one that meets it
};

/// A package and the shortest way from a line of the recipe to it.
struct Forced {
  PackageId package = {};
  std::vector<Hop> chain;  ///< empty where the line names it
};

/// Cost of an entry of `packages`: all that no other entry needs and that would leave with it. Packages are those of
/// Suggestion::best.
struct LineCost {
  std::string spec;
  Mark mark;
  Totals retained;
  std::vector<Forced> heaviest;  ///< of those, a few that the line does not name; the heaviest first
};

/// A choice between packages that meet the same requirements. What it costs to choose otherwise is in the objective's
/// unit.
struct Decision {
  PackageId chosen = {};                  ///< in Suggestion::best
  std::vector<std::string> capabilities;  ///< capabilities that it is chosen for; sorted
  std::size_t others = 0;                 ///< how many could have been chosen
  Nevra over;                             ///< DNF's choice if it is another, else the largest of the others
  bool over_dnf = false;                  ///< it is DNF's
  std::uint64_t saved = 0;                ///< how much more the best set has to pay with `over` in place of `chosen`
  std::optional<Nevra> next;              ///< package that the best set without `chosen` has in its place
  std::uint64_t next_costs = 0;           ///< how much more that one has to pay
  std::string loss;                       ///< features that `chosen` lacks; may be empty
};

/// A better set that a single conflict forbids.
struct Blocked {
  Nevra package;                      ///< the one with the conflict
  std::string capability;             ///< capability that it conflicts with
  Nevra other;                        ///< the one that provides this
  std::uint64_t saved = 0;            ///< in the objective's unit
  std::vector<Nevra> added, removed;  ///< sorted
};

/// How a recipe could lead to less.
struct Suggestion {
  Totals dnf;                       ///< DNF's answer
  Solution best;                    ///< the best set: the smallest, unless the recipe wants something else made least
  std::vector<Decision> decisions;  ///< those with the largest packages to choose from; most saved first
  Totals staying;                   ///< of the best set without what only scriptlets need
  Optimality staying_optimality;
  std::vector<Nevra> leaving;         ///< packages that would take part in the build only; sorted as text
  std::vector<LineCost> lines;        ///< most retained first
  std::vector<Blocked> blocked;       ///< most saved first
  std::vector<std::string> packages;  ///< names which, added to `packages`, lead DNF to the same choices; sorted
  Totals dnf_with_packages;           ///< DNF's answer with them
  /// Files of the best set that `trim: unneeded` may take, by class, where package headers are known: what else of the
  /// image needs of them stays.
  std::vector<ClassTotals> removable = {};
};

}  // namespace rootlet
