#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/solution.hpp"
#include "installed/tree.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/sbom.hpp"
#include "rootlet/target.hpp"

namespace rootlet::inspect {

/// The packages of an SBOM that stay, as far as it tells of them.
std::vector<InstalledPackage> installed_of(const Sbom& sbom);

/// Its graph. Each edge is a dependency of its own (EdgeKind::stated), since an SBOM does not say for what it is, and
/// where any of several packages would do. Roots are what no other package requires, or, where it names others, the
/// packages that its subject depends on directly.
PackageGraph graph_of(const Sbom& sbom, analysis::Part part);

/// Reads a file as the target. Errors: it is no SBOM; it names no RPM packages.
void add_sbom(Target& target, const std::filesystem::path& path);

/// An SBOM in a root, and where it is there.
struct FoundSbom {
  std::string path;
  Sbom sbom;
};

/// The SBOMs of a root that name RPM packages, by path; `warnings` tells of those that cannot be read, by `name`.
std::vector<FoundSbom> sboms_in(const installed::Tree& tree, const std::string& name,
                                std::vector<std::string>& warnings);

/// The part of them that scanners may take.
std::vector<SbomRecord> records_of(const std::vector<FoundSbom>& found);

/// Gives a target whose packages a manifest lists the dependencies of an SBOM that names exactly these, and what else
/// it says of them; a warning says so. Nothing where there is none.
void add_dependencies(Target& target, const std::vector<FoundSbom>& found);

/// Gives a target the packages of an SBOM, where nothing else tells them; a warning says so. False: there is none.
bool add_packages(Target& target, std::vector<FoundSbom> found);

}  // namespace rootlet::inspect
