#pragma once

#include "rootlet/package.hpp"
#include "rpm/header.hpp"

namespace rootlet::rpm {

/// Whether a package of an installation is one that a trigger on packages waits for.
bool is_set_off_by(const TriggerCondition& condition, const Nevra& package);

}  // namespace rootlet::rpm
