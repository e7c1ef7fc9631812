#pragma once

#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// Which packages of a solution a graph is of: those that stay in the root, or all that the build installs.
enum class Part { staying, whole };

/// A solution's reasons the other way round: from each package to what meets its requirements. Roots: the recipe's
/// entries.
PackageGraph graph_of(const Solution& solution, Part part);

/// Alternatives to each package of that graph, in its order.
std::vector<std::vector<Alternative>> alternatives_of(const Solution& solution, Part part);

}  // namespace rootlet::analysis
