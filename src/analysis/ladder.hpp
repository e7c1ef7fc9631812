#pragma once

#include <string>
#include <vector>

#include "rootlet/ladder.hpp"
#include "rootlet/package.hpp"

namespace rootlet::analysis {

/// The set of packages that one way of asking comes to.
struct RungSet {
  RungKind kind = RungKind::dnf;
  RungSettings asked = {};
  bool own = false;  ///< the recipe asks for just this
  Solution solution = {};
  bool own_trimmed = false;                 ///< the recipe asks for just this with `trim: unneeded`
  std::vector<ClassTotals> removable = {};  ///< as make::Resolved has it
};

/// The ladder of these sets, from the most to the least: weighs each, and tells each from the one above. Packages that
/// take part in a build only are left behind, and those of a base count as all others.
Ladder ladder_of(const std::vector<RungSet>& sets);

}  // namespace rootlet::analysis
