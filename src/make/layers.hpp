#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base.hpp"
#include "layer_cache.hpp"
#include "rootlet/build.hpp"

namespace rootlet::make {

/// The layers of a build among those of earlier ones.
class Layers {
 public:
  /// All but the solution must outlive it. Nothing is found and kept where the options do not want that, for formats
  /// other than OCI's, for SBOMs that are in the image or list its files, and where a package has no checksum.
  Layers(const Recipe& recipe, const BuildOptions& options, const Environment& environment, const Base* base,
         const Solution& solution, const LayerPlan& plan, std::int64_t source_date_epoch);

  [[nodiscard]] std::optional<InstalledLayers> find() const;
  /// Layers for image::write() of those that were found.
  [[nodiscard]] std::vector<image::ImageLayer> finished(const InstalledLayers& known) const;

  /// Callback for image::write() that keeps `count` new layers; empty where they are not kept. Layers whose recipe's
  /// files have changed meanwhile are not kept, and what keeps them away is told.
  /// `installed`: without its layers.
  [[nodiscard]] std::function<void(const image::WrittenLayer&, int)> keeper(InstalledLayers installed,
                                                                            std::size_t count,
                                                                            Progress& progress) const;

 private:
  [[nodiscard]] std::optional<std::string> key() const;

  const Recipe& recipe_;
  const BuildOptions& options_;
  const Base* base_;
  Solution solution_;  ///< before its root is trimmed
  const LayerPlan& plan_;
  std::int64_t source_date_epoch_;
  LayerCache cache_;
  std::optional<std::string> key_;
};

}  // namespace rootlet::make
