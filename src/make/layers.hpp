#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base.hpp"
#include "layer_cache.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// The layer of a build among those of earlier ones.
class Layers {
 public:
  /// All must outlive it. Nothing is found and kept where the options do not want that, for formats other than OCI's,
  /// for SBOMs that are in the image or list its files, and where a package has no checksum.
  Layers(const Recipe& recipe, const BuildOptions& options, const Environment& environment, const Base* base,
         const Solution& solution, std::int64_t source_date_epoch);

  [[nodiscard]] std::optional<InstalledLayer> find() const;
  [[nodiscard]] std::unique_ptr<image::Source> open(const InstalledLayer& known) const;

  /// Callback for image::write() that keeps a new layer; empty where it is not kept. A layer whose recipe's files have
  /// changed meanwhile is not kept, and one that cannot be is warned of.
  /// `installed`: without its layer.
  [[nodiscard]] std::function<void(const image::WrittenLayer&, int)> keeper(InstalledLayer installed,
                                                                            Progress& progress) const;

 private:
  [[nodiscard]] std::optional<std::string> key() const;

  const Recipe& recipe_;
  const BuildOptions& options_;
  const Base* base_;
  const Solution& solution_;
  std::int64_t source_date_epoch_;
  LayerCache cache_;
  std::optional<std::string> key_;
};

}  // namespace rootlet::make
