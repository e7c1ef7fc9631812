#pragma once

#include <string>
#include <utility>

#include "rootlet/fleet_answer.hpp"

namespace rootlet::verbs {

/// Requirement of packages of one name on what packages of another name offer.
using NamedRequirement = std::pair<std::string, std::string>;

/// Makes sure that recipes of a fleet have packages of the first name. Errors (ErrorKind::usage): there is no recipe;
/// no such package, with the name that is nearest.
void require_known(const NamedRequirement& requirement, const analysis::Fleet& fleet);

/// Solves the recipes without a requirement, and compares. Error (ErrorKind::usage): nothing is another then, and no
/// set has the requirement; with what those packages require.
FleetWhatIf what_if(const FleetRequest& asked, const NamedRequirement& requirement, const FleetAnswer& with,
                    Progress& progress);

}  // namespace rootlet::verbs
