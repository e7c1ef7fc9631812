#pragma once

#include <optional>
#include <vector>

#include "inspect/install_record.hpp"
#include "rootlet/graph.hpp"
#include "rpm/database.hpp"

namespace rootlet::inspect {

/// Roots are what the record says the user, or a group, asked for; without a record, what no other package requires.
PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<InstallRecord>& record);

/// Packages of which nothing else is known: each is a root.
PackageGraph graph_of(const std::vector<InstalledPackage>& packages);

}  // namespace rootlet::inspect
