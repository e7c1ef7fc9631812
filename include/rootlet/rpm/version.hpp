#pragma once

#include "rootlet/model/nevra.hpp"

namespace rootlet::rpm {

/// Less than, equal to or greater than 0, as rpm orders epoch, version and release of the two.
int compare_versions(const Nevra& a, const Nevra& b);

}  // namespace rootlet::rpm
