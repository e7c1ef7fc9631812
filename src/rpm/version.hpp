#pragma once

#include <string>

#include "rootlet/package.hpp"

namespace rootlet::rpm {

/// Less than, equal to or greater than 0, as rpm orders epoch, version and release of the two.
int compare_versions(const Nevra& a, const Nevra& b);

/// The version of the librpm that rootlet runs with: "4.18.0".
std::string librpm_version();

}  // namespace rootlet::rpm
