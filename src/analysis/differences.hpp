#pragma once

#include <vector>

#include "rootlet/audit.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/files.hpp"

namespace rootlet::analysis {

/// A root with its packages and who owns what in it.
struct OwnedTree {
  const FileTree& tree;
  const PackageGraph& graph;
  const Owners& owners;
};

/// `most`: how many of the paths are listed.
FilesDiff file_differences(const OwnedTree& before, const OwnedTree& after, std::size_t most = 20);

std::vector<ConfigDifference> config_differences(const ImageInfo& before, const ImageInfo& after);

}  // namespace rootlet::analysis
