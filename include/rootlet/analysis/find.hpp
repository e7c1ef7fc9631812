#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

/// The packages that a user means: by name, name.arch, name-version, name-version-release, with the architecture or the
/// epoch or both, or else by a capability that some package of the set requires, as written there. Sorted.
std::vector<PackageId> find_packages(const PackageGraph& graph, std::string_view what);

/// The same, at least one. Error (ErrorKind::usage): "nginx.yaml: no package 'perll' (did you mean 'perl'?)".
std::vector<PackageId> packages_named(const PackageGraph& graph, std::string_view what, const std::string& target);

}  // namespace rootlet::analysis
