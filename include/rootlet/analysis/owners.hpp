#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rootlet/model/file_tree.hpp"
#include "rootlet/model/graph.hpp"
#include "rootlet/model/installed.hpp"

namespace rootlet::analysis {

/// A file as one package has it. Borrowed from the list that the Owners were made of.
struct Claim {
  PackageId package = {};
  const PackageFile* file = nullptr;
  bool operator==(const Claim&) const = default;
};

/// A file that a package has and the tree has not, at the place where it would be.
struct Lost {
  Claim claim;
  std::string place;
};

/// Which packages own what of a tree. Compared is the place, the path without links in its directories: /bin/bash of a
/// header is /usr/bin/bash of a tree where /bin leads there. As for `rpm -qf`, what was left out on purpose has no
/// owner; %ghost files have. The root directory itself is left out.
struct Owners {
  std::vector<std::vector<Claim>> of;  ///< by place in FileTree::files; each sorted by package
  std::vector<Lost> lost;              ///< by package, then as in its header
};

/// `packages` as PackageGraph::packages, by place.
Owners owners_of(const FileTree& tree, const std::vector<InstalledPackage>& packages);

}  // namespace rootlet::analysis
