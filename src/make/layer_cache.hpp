#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "image/write.hpp"
#include "layer_plan.hpp"
#include "registry/blobs.hpp"
#include "root.hpp"

namespace rootlet::make {

/// The layers of an earlier build, and what its installation told.
struct InstalledLayers {
  std::vector<image::WrittenLayer> layers;  ///< the lowest first
  rootfs::InstallResult told;
  TrimmedFiles trimmed;
  std::vector<std::string> warnings;  ///< that were given while the root was made
  std::string os_release;             ///< text of the root's os-release(5); empty: it has none
};

/// Name of all that decides the layers: the program with its libraries, the base, the packages by their checksums, what
/// a recipe says of the root, which packages go into which layer, the time, the compression. Nothing where a package
/// has no checksum.
std::optional<std::string> layer_key(const Recipe& recipe, const std::string& base_digest, const Solution& solution,
                                     const LayerPlan& plan, std::int64_t source_date_epoch,
                                     image::Compression compression);

/// Layers of earlier builds, by their keys: facts in layers/KEY.json, bytes among the blobs. Layers of which one lacks
/// its digest count as none.
class LayerCache {
 public:
  explicit LayerCache(const std::filesystem::path& cache_dir) : directory_(cache_dir / "layers"), blobs_(cache_dir) {}

  [[nodiscard]] std::optional<InstalledLayers> find(const std::string& key) const;
  /// The bytes of a layer that was found.
  [[nodiscard]] std::unique_ptr<stream::Source> open(const image::WrittenLayer& layer) const;
  /// Keeps the bytes of a layer, which an open file has. Errors: as BlobCache::add().
  void add_blob(const image::WrittenLayer& layer, int file) const;
  /// Keeps what is known of layers whose bytes are kept.
  void add(const std::string& key, const InstalledLayers& layers) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& key) const { return directory_ / (key + ".json"); }

  std::filesystem::path directory_;
  registry::BlobCache blobs_;
};

}  // namespace rootlet::make
