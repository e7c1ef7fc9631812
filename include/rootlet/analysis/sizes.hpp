#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

/// Cost of a package or a root, in bytes of installed size.
struct Cost {
  std::uint64_t own = 0;        ///< the package's; of a root, of all packages that it names
  std::uint64_t exclusive = 0;  ///< what would leave with it: its own and all that only it leads to
  std::uint64_t shared = 0;     ///< of the rest of what it leads to
  std::size_t exclusive_packages = 0;
};

struct Costs {
  std::vector<Cost> packages;  ///< by place in PackageGraph::packages
  std::vector<Cost> roots;     ///< by place in PackageGraph::roots
};

/// Adds up what would leave with each package, by dominators over the graph of strongly connected groups (a package
/// leaves with another where every way from a root to it leads through that one; F. E. Allen, "Control Flow Analysis",
/// 1970).
/// Packages that require each other leave together, so they have one exclusive size. Packages that no root leads to
/// count as if something led to each of their groups that no other package needs.
Costs costs(const PackageGraph& graph);

/// A graph without some packages and kinds of dependencies.
struct Remainder {
  std::vector<PackageId> staying;  ///< what roots still lead to; sorted
  std::vector<PackageId> leaving;  ///< the packages themselves, and what only they led to; sorted
  std::vector<PackageId> in_need;  ///< of those that stay, the ones that require one that leaves; sorted
};

/// Finds what remains where these packages are not there, and dependencies of other kinds bring nothing in. Packages
/// that no root leads to in the whole graph stay unless they are named.
Remainder without(const PackageGraph& graph, const std::vector<PackageId>& gone, const Kinds& kinds);

/// The installed size of packages in bytes.
std::uint64_t size_of(const PackageGraph& graph, const std::vector<PackageId>& packages);

/// By package, whether it is reached from the starts over the edges of adjacency().
std::vector<bool> reachable(const std::vector<std::vector<PackageId>>& next, const std::vector<PackageId>& starts);

/// The packages that no root leads to; sorted.
std::vector<PackageId> unreached(const PackageGraph& graph);

/// The packages that roots name; sorted.
std::vector<PackageId> root_packages(const PackageGraph& graph);

}  // namespace rootlet::analysis
