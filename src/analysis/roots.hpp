#pragma once

#include <vector>

#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// The groups of packages that no other package leads to.
std::vector<Root> unrequired(const PackageGraph& graph);

/// A root for each of these packages.
std::vector<Root> user_installed(const PackageGraph& graph, const std::vector<PackageId>& packages);

/// By kind, mark, name and packages: the order that a PackageGraph has.
void sort_roots(std::vector<Root>& roots);

}  // namespace rootlet::analysis
