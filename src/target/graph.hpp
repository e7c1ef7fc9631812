#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rootlet/model/graph.hpp"
#include "rootlet/rpm/database.hpp"

namespace rootlet::target {

/// Which packages of a solution a graph is of: those that stay in the root, or all that the build installs.
enum class Part { staying, whole };

PackageGraph graph_of(const Solution& solution, Part part);

/// `user_installed`: NEVRAs, or names with architecture ("bash.x86_64"), which then are the roots; nothing where there
/// are no such records: then what no other package requires is.
PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<std::set<std::string>>& user_installed);

/// Packages of which nothing else is known: each is a root.
PackageGraph graph_of(const std::vector<InstalledPackage>& packages);

}  // namespace rootlet::target
