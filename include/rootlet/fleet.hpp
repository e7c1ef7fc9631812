#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::analysis {

/// Needs of a package beside itself in an image: for each requirement, the places in Fleet::packages of those that
/// meet it, of which any one would do; sorted, each once. Weak requirements are left out.
using FleetNeeds = std::vector<std::vector<std::uint32_t>>;

/// A package of a fleet: all that images have with this NEVRA is one.
struct FleetPackage {
  Nevra nevra;
  std::string source;                ///< name of the source package; empty: not known
  std::string source_version;        ///< its version and release: "3.0.7-27.el9"; empty: not known
  std::vector<std::string> sonames;  ///< of shared libraries that it provides: "libssl.so.3"; sorted
  std::uint64_t size = 0;            ///< the most that it takes in an image, in bytes
};

/// A package in an image.
struct FleetMember {
  std::uint32_t package = 0;  ///< its place in Fleet::packages
  std::uint64_t size = 0;     ///< that it takes in this image, in bytes
  bool in_base = false;       ///< the image that this one is built on has it
  std::uint32_t needs = 0;    ///< place in Fleet::needs
  /// Bytes that would leave the image with it; 0: that was not asked for.
  std::uint64_t retained = 0;
};

/// A layer of an image, as a registry stores it.
struct FleetLayer {
  std::string digest;
  std::uint64_t size = 0;  ///< of the blob, in bytes
};

/// A requirement of one package on another that keeps something in an image.
struct FleetRequirement {
  std::uint32_t from = 0;      ///< its place in Fleet::packages
  std::uint32_t to = 0;        ///< the same
  std::uint64_t bytes = 0;     ///< of what only it leads to
  std::uint32_t packages = 0;  ///< how many these are
};

/// An image, or what will be one.
struct FleetImage {
  std::string name;                        ///< as the user named it, and which one of several that is
  std::string kind;                        ///< "recipe", "lock", "root", "rpmdb", "image", "sbom" or "record"
  std::string arch;                        ///< RPM's name; empty: not known
  std::string digest;                      ///< of an image's manifest; empty: not known
  std::string place;                       ///< absolute path or name in a registry, by which recipes name a base
  std::string base;                        ///< the place of the image that a recipe is built on; empty: none
  bool is_base = false;                    ///< it was given as one that others are built on
  std::vector<FleetMember> packages = {};  ///< by place
  std::vector<FleetLayer> layers = {};     ///< the lowest first; none: they are not known
  std::vector<FleetRequirement> requirements = {};  ///< by place; none: they were not asked for
  /// Of what its packages take, in bytes.
  [[nodiscard]] std::uint64_t size() const noexcept;
};

/// Images of an organisation with what is asked about them together. A package's facts are there once, so memory for an
/// image falls with how much it shares with others.
struct Fleet {
  std::vector<FleetPackage> packages;  ///< in the order in which images brought them
  std::vector<FleetNeeds> needs;       ///< each once
  std::vector<FleetImage> images;      ///< in the order asked for
};

/// An image before it is put into a fleet: places in `needs` are those of its own packages.
struct FleetFacts {
  FleetImage image;
  std::vector<FleetPackage> packages;        ///< sizes are those in this image
  std::vector<bool> in_base;                 ///< by place
  std::vector<FleetNeeds> needs;             ///< by place
  std::vector<std::uint64_t> retained = {};  ///< by place; none: that was not asked for
};

/// Bytes of packages over all images, as they are installed.
struct FleetBytes {
  std::uint64_t all = 0;            ///< of all images, each for itself
  std::uint64_t alone = 0;          ///< of packages that one image has
  std::uint64_t common = 0;         ///< of packages that several have, each once
  std::size_t packages = 0;         ///< distinct ones
  std::size_t common_packages = 0;  ///< of them, in several images
  /// Bytes that are there again though another image has them.
  [[nodiscard]] std::uint64_t repeated() const noexcept { return all - alone - common; }
};

/// Bytes of layers over the images whose layers are known, as they are stored.
struct FleetLayerBytes {
  std::size_t images = 0;  ///< of which they are known
  std::size_t layers = 0;  ///< distinct ones
  std::size_t common = 0;  ///< of them, in several images
  std::uint64_t all = 0;   ///< of all images, each for itself
  std::uint64_t once = 0;  ///< of distinct layers: what a registry keeps
};

/// A version of a library, and where it is.
struct LibraryVersion {
  std::string version;                  ///< of the source package: "3.0.7-27.el9"
  std::vector<std::uint32_t> packages;  ///< places in Fleet::packages; sorted
  std::vector<std::string> sonames;     ///< sorted
  std::vector<std::uint32_t> images;    ///< places in Fleet::images; sorted
};

/// Shared libraries that are built from one source package.
struct FleetLibrary {
  std::string name;                      ///< of the source package; of the package where that is not known
  std::vector<LibraryVersion> versions;  ///< the oldest first
};

/// An image whose size is far from that of the others.
struct SizeOutlier {
  std::uint32_t image = 0;
  std::uint64_t size = 0;
  std::uint64_t median = 0;           ///< of all images
  std::uint64_t least = 0, most = 0;  ///< what would not be far
};

/// An image that has another version of a package than nearly all others.
struct VersionOutlier {
  std::uint32_t image = 0;
  std::uint32_t package = 0;   ///< that it has
  std::uint32_t usual = 0;     ///< that most have
  std::size_t with_usual = 0;  ///< images that have that
  std::size_t images = 0;      ///< images that have a package of this name and architecture
};

/// An image that others are built on, or should be.
struct FleetBase {
  std::uint32_t image = 0;
  std::vector<std::uint32_t> on_it;  ///< images that are built on it; sorted
};

/// A package over all images that have one of its name.
struct FleetHub {
  std::string name;
  std::size_t images = 0;
  std::uint64_t own = 0;    ///< bytes of it, in all images together
  std::uint64_t bytes = 0;  ///< that would leave with it, in all images together
};

/// A requirement of one package on another, by name, over all images in which it alone keeps something.
struct FleetBridge {
  std::string from, to;
  std::size_t images = 0;
  std::uint32_t packages = 0;  ///< that would leave without it, in one image at most
  std::uint64_t bytes = 0;     ///< in all images together
};

/// Packages that several images have, as one base for them.
struct CommonBase {
  std::vector<std::uint32_t> images;    ///< that would be built on it; sorted
  std::vector<std::uint32_t> packages;  ///< that it would have; sorted
  std::uint64_t size = 0;               ///< of these, in bytes
  std::uint64_t saved = 0;              ///< bytes that would be there once and not in each image
  std::uint64_t bound = 0;              ///< no base saves more; equals `saved` where the search came to its end
  [[nodiscard]] bool proved() const noexcept { return bound == saved; }
};

}  // namespace rootlet::analysis
