#pragma once

#include <optional>
#include <string>
#include <vector>

#include "installed/install_record.hpp"
#include "rootlet/advisory.hpp"
#include "rootlet/graph.hpp"
#include "rpm/database.hpp"

namespace rootlet::inspect {

/// Module streams of builds such as "nodejs:20:8100020240:489197e6"; sorted.
std::vector<ModuleStream> streams_of(const std::vector<std::string>& builds);

/// Roots are what the record says the user, or a group, asked for; without a record, what no other package requires.
PackageGraph graph_of(const rpm::InstalledSet& set, const std::optional<installed::InstallRecord>& record);

/// Packages of which nothing else is known: each is a root.
PackageGraph graph_of(const std::vector<InstalledPackage>& packages);

}  // namespace rootlet::inspect
