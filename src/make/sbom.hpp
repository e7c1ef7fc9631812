#pragma once

#include <map>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/sbom.hpp"
#include "rpm/header.hpp"

namespace rootlet::make {

/// Facts that were verified of a package that is installed. Borrowed.
struct VerifiedFacts {
  const rpm::HeaderInfo& header;
  const std::string& signed_by;  ///< id of the key; empty: its digests were enough
};

/// The SBOM of what a solution was built into: what stays, and as build tools what took part in the build only.
/// `verified`: in the solution's order.
Sbom sbom_of(SbomSubject subject, const Solution& solution, const std::vector<VerifiedFacts>& verified);

/// Adds the files of the built root to it. `origins`: by path, what made a file that no package owns.
void add_files(Sbom& sbom, const FileTree& tree, const std::vector<VerifiedFacts>& verified,
               const std::map<std::string, std::string>& origins);

}  // namespace rootlet::make
