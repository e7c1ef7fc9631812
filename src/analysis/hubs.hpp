#pragma once

#include <cstdint>
#include <vector>

#include "rootlet/fleet.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// The requirements, of one package on another, without which something would leave: what only they lead to. Bytes are
/// exact for the set as it is: no other packages are looked for in its place. By `from`, then by `to`.
std::vector<FleetRequirement> dear_requirements(const PackageGraph& graph);

/// Packages by name, over all images: those first that keep most bytes there.
std::vector<FleetHub> fleet_hubs(const Fleet& fleet);

/// Requirements by the names of both packages, over all images: those first without which most bytes would leave.
std::vector<FleetBridge> fleet_bridges(const Fleet& fleet);

}  // namespace rootlet::analysis
