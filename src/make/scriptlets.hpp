#pragma once

#include <set>
#include <vector>

#include "root.hpp"
#include "rootlet/image.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Where the recipe lets no scriptlet run, returns those that are left out: of the packages that it names
/// (`scriptlets_left_out`). Triggers count where the set itself sets them off. What rpm does by itself, or rootlet in
/// its place, such as accounts of sysusers.d, is no scriptlet. Error: another package has some that would run.
std::vector<LeftOutScriptlet> left_out_scriptlets(const Recipe& recipe, const Verified& packages,
                                                  const std::set<Nevra>& named);

/// Throws where an installation or a test would start programs for an architecture that this machine does not run.
/// `may_fail`: the packages whose scriptlets may fail, where rpm only warns of it.
void require_emulator(const Recipe& recipe, const Verified& packages, const std::set<Nevra>& may_fail);

}  // namespace rootlet::make
