#pragma once

#include <set>
#include <string>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

/// The groups of packages that no other package leads to.
std::vector<Root> unrequired(const PackageGraph& graph);

/// The packages that the user asked for, by NEVRA or by name with architecture ("bash.x86_64").
std::vector<Root> marked(const PackageGraph& graph, const std::set<std::string>& user_installed);

/// By kind, mark, name and packages: the order that a PackageGraph has.
void sort_roots(std::vector<Root>& roots);

}  // namespace rootlet::analysis
