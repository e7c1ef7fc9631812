#pragma once

#include <map>
#include <string>
#include <vector>

#include "root.hpp"
#include "root/beneath.hpp"
#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/sbom.hpp"
#include "rpm/header.hpp"

namespace rootlet::make {

/// Facts that were verified of a package that is installed. Borrowed.
struct VerifiedFacts {
  const rpm::HeaderInfo& header;
  const std::string& signed_by;  ///< id of the key; empty: its digests were enough
};

std::vector<VerifiedFacts> facts_of(const Verified& packages);

/// The text of a finished root's os-release(5); empty: it has none.
std::string os_release_of(const root::Root& root);

/// The SBOM of what a solution was built into: what stays, and as build tools what took part in the build only.
/// `verified`: of all packages but the base's, in the solution's order.
Sbom sbom_of(SbomSubject subject, const Solution& solution, const std::vector<VerifiedFacts>& verified);

/// The same without what took part in the build only.
Sbom without_build_tools(const Sbom& sbom);

/// "/var/lib/db/sbom/web.spdx.json".
std::string sbom_path(const Recipe& recipe, sbom::SbomFormat format);

/// Writes the SBOMs that a recipe asks for into its root, which is finished but for them. They have no build tools,
/// which scanners would take for parts of the image, and no digest of the image, which holds them.
void write_sboms(const Recipe& recipe, const root::Root& root, const Solution& solution, const Verified& packages,
                 std::int64_t source_date_epoch);

/// Adds the files of the built root to it. `origins`: by path, what made a file that no package owns.
void add_files(Sbom& sbom, const FileTree& tree, const std::vector<VerifiedFacts>& verified,
               const std::map<std::string, std::string>& origins);

}  // namespace rootlet::make
