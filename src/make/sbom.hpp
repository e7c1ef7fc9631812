#pragma once

#include <map>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/sbom.hpp"
#include "rpm/header.hpp"

namespace rootlet::make {

/// The SBOM of what a solution was built into: what stays, and as build tools what took part in the build only.
/// `headers`: of the verified packages, in the solution's order.
Sbom sbom_of(SbomSubject subject, const Solution& solution, const std::vector<const rpm::HeaderInfo*>& headers);

/// Adds the files of the built root to it. `origins`: by path, what made a file that no package owns.
void add_files(Sbom& sbom, const FileTree& tree, const std::vector<const rpm::HeaderInfo*>& headers,
               const std::map<std::string, std::string>& origins);

}  // namespace rootlet::make
