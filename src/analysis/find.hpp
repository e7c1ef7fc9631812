#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/diff.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// The packages that a user means, by the first of these that is any:
///   name, name.arch, name-version, name-version-release, with the architecture or the epoch or both;
///   a capability that some package requires or provides, as written there;
///   its name alone, or with a version that what is provided fits ("libfoo", "libfoo >= 2");
///   a path that a package owns, by either name of a merged /usr;
///   a glob over names, then over capabilities and paths.
/// Sorted.
std::vector<PackageId> find_packages(const PackageGraph& graph, std::string_view what, const CompareVersions& compare);

/// The same, at least one. Error (ErrorKind::usage): "nginx.yaml: no package 'perll' (did you mean 'perl'?)".
std::vector<PackageId> packages_named(const PackageGraph& graph, std::string_view what, const std::string& target,
                                      const CompareVersions& compare);

}  // namespace rootlet::analysis
