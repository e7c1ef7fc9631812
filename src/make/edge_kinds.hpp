#pragma once

#include <vector>

#include "rootlet/package.hpp"
#include "rpm/header.hpp"

namespace rootlet::make {

/// Tells apart which scriptlets the reasons' requirements belong to, from the headers of the packages that require.
/// Metadata marks only some requirements of scriptlets, and not of which. `requirements`: of each package, in the
/// solution's order.
void refine_edge_kinds(Solution& solution, const std::vector<const std::vector<rpm::Requirement>*>& requirements);

}  // namespace rootlet::make
