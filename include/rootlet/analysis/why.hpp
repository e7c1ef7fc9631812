#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

/// A way from a root to a package. Each package but the first meets a requirement of the one before it.
struct Chain {
  std::size_t root = 0;             ///< its place in PackageGraph::roots
  std::vector<PackageId> packages;  ///< first one that the root names, at last the package in question
};

struct ChainOptions {
  bool all = false;       ///< every chain without a package twice, not only each root's shortest ones
  std::size_t most = 10;  ///< chains of each root that are listed
};

struct Chains {
  std::vector<Chain> chains;  ///< by root, length and packages
  /// By place in PackageGraph::roots: how many there are, listed or not; nothing where there are more than could be
  /// counted (only with `all`).
  std::vector<std::optional<std::uint64_t>> counts;
};

Chains chains_to(const PackageGraph& graph, PackageId package, const ChainOptions& options);

/// Finds what stands behind one step of a chain: the places in PackageGraph::dependencies, sorted.
std::vector<std::size_t> dependencies_between(const PackageGraph& graph, PackageId from, PackageId to);

/// Conditions under which a package would leave.
struct Leaving {
  bool needed = false;  ///< roots lead to it over requirements that no other package could meet; else it may just go
  std::vector<std::size_t> named_by;  ///< roots that name the package itself: they would have to go
  /// The fewest packages that would have to go or be swapped so that nothing needs it any more; of several such cuts
  /// the one nearest to it. Minimum vertex cut (Menger 1927) between what roots name and the package, over those
  /// requirements that nothing else meets. Sorted. Where a requirement has several providers and all of them need the
  /// package, more may be listed than needed.
  std::vector<PackageId> cut;
  /// Directly, so that nothing else would do that could stay without it; sorted. What of these is not in the cut, only
  /// what is in the cut leads to: it would go, too.
  std::vector<PackageId> required_by;
  std::vector<PackageId> broken;  ///< all that cannot stay without it, itself included; sorted
};

/// Why a package is in a set.
struct Why {
  PackageId package = {};
  Chains chains;
  /// Every chain has a step of that sort: without these dependencies it would not be there.
  bool only_scriptlet = false, only_weak = false, only_conditional = false;
  Leaving leaving;
};

/// Error: none; a package that no root leads to has no chains.
Why why(const PackageGraph& graph, PackageId package, const ChainOptions& options);

}  // namespace rootlet::analysis
