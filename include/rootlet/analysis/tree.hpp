#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

struct TreeOptions {
  std::optional<PackageId> invert = std::nullopt;   ///< start at this package and show what requires it
  std::optional<std::size_t> depth = std::nullopt;  ///< levels below the first
  Kinds kinds = {};                                 ///< of the dependencies that are followed
};

/// A line of a tree, in the order in which it is printed.
struct TreeLine {
  std::optional<std::size_t> root = std::nullopt;   ///< a root's place in PackageGraph::roots
  std::optional<PackageId> package = std::nullopt;  ///< else a package
  std::size_t level = 0;
  bool last = false;                 ///< of those below the same line
  bool repeated = false;             ///< it has lines below it, which were shown at an earlier place
  std::vector<EdgeKind> kinds = {};  ///< of the dependencies that lead here from the line above; sorted
};

/// Each package is unfolded where it comes first. Lines below one are sorted by package.
/// Upright: below each root the packages that it names, below these what they require. Inverted: below the package what
/// requires it, and below a package the roots that name it.
std::vector<TreeLine> tree(const PackageGraph& graph, const TreeOptions& options);

}  // namespace rootlet::analysis
