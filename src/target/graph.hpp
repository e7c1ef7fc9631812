#pragma once

#include <optional>
#include <vector>

#include "rootlet/model/graph.hpp"
#include "rootlet/rpm/database.hpp"
#include "rootlet/target/history.hpp"

namespace rootlet::target {

/// Roots are what the record says the user, or a group, asked for; without a record, what no other package requires.
PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<InstallRecord>& record);

/// Packages of which nothing else is known: each is a root.
PackageGraph graph_of(const std::vector<InstalledPackage>& packages);

}  // namespace rootlet::target
