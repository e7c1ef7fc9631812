#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rootlet/graph.hpp"
#include "rootlet/layers.hpp"

namespace rootlet::analysis {

/// A package as the choice of its layer sees it.
struct LayerPackage {
  std::string name;
  std::string source;          ///< name of the source package; empty: its own name
  std::string version;         ///< any text that another version does not have
  std::uint64_t size = 0;      ///< bytes that it takes in the root
  bool in_foundation = false;  ///< see foundation_of()
};

/// The package that most others require directly at run time, that is the C library, and all that it requires itself:
/// the same in all images of a distribution. Of several the first one. Empty: no package requires another one.
std::set<PackageId> foundation_of(const PackageGraph& graph);

/// The layer of each package, 0 for the lowest; `at_most` layers, one at least, each with packages. Packages of one
/// source are in one layer, but for those that are of the foundation.
///
/// Where the last of `releases` with layers has some for packages, each source that was there stays in its layer, a new
/// one goes where pulls grow least, and layers that are free come from splitting one. Only where other layers would
/// have saved more in the recorded releases than an image that is pulled once, all is assigned anew.
///
/// Assigned anew, the foundation is a layer of its own, and the others are sorted by the releases that they changed in,
/// by size, and by name, and cut where most is saved: what changes together goes together, what is large alone. Sizes
/// count as powers of two, so that an update changes no place but where it doubles a package.
///
/// The same in every order of the packages.
std::vector<std::size_t> assign_layers(const std::vector<LayerPackage>& packages, std::size_t at_most,
                                       const std::vector<LayeredRelease>& releases);

/// A layer's blob.
struct LayerBlob {
  std::string digest;  ///< "sha256:…"
  std::uint64_t size = 0;
};

/// Bytes of an image's blobs that another one does not have; each once. Nothing: one of them has no layers that are
/// known.
std::optional<std::uint64_t> bytes_to_pull(const std::vector<LayerBlob>& before, const std::vector<LayerBlob>& after);

}  // namespace rootlet::analysis
