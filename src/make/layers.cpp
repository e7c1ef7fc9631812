#include "layers.hpp"

#include "database_layer.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"

namespace rootlet::make {

Layers::Layers(const Recipe& recipe, const BuildOptions& options, const Environment& environment, const Base* base,
               const Solution& solution, const LayerPlan& plan, std::int64_t source_date_epoch)
    : recipe_(recipe),
      options_(options),
      base_(base),
      solution_(solution),
      plan_(plan),
      source_date_epoch_(source_date_epoch),
      cache_(environment.cache_dir),
      key_(key()) {}

std::optional<std::string> Layers::key() const {
  const bool oci = options_.format == image::Format::oci || options_.format == image::Format::oci_archive;
  // SBOMs in an image, and such as list files, need more than decides a layer.
  const bool sboms = !recipe_.sboms.empty() || options_.documents.sbom_files;
  if (!options_.reuse || !oci || sboms) return std::nullopt;
  return layer_key(recipe_, base_ == nullptr ? "" : base_->info.digest, solution_, plan_, source_date_epoch_,
                   options_.compression);
}

std::optional<InstalledLayers> Layers::find() const { return key_ ? cache_.find(*key_) : std::nullopt; }

std::vector<image::ImageLayer> Layers::finished(const InstalledLayers& known) const {
  std::vector<image::ImageLayer> layers;
  for (const image::WrittenLayer& one : known.layers) {
    image::FinishedLayer layer{one, [this, one] { return cache_.open(one); }};
    if (one.database) {
      layer.created_by = database_created_by(recipe_.name);
    } else if (!plan_.empty()) {
      layer.created_by = created_by(recipe_.name, one.packages);
    }
    layers.emplace_back(std::move(layer));
  }
  return layers;
}

std::function<void(const image::WrittenLayer&, int)> Layers::keeper(InstalledLayers installed, std::size_t count,
                                                                    Progress& progress) const {
  if (!key_) return {};
  return
      [this, installed = std::move(installed), count, &progress](const image::WrittenLayer& layer, int file) mutable {
        installed.layers.push_back(layer);
        try {
          cache_.add_blob(layer, file);
          if (installed.layers.size() == count && key() == key_) cache_.add(*key_, installed);
        } catch (const std::exception& error) {
          progress.detail(std::string("the layer is not kept for later builds: ") + error.what());
        }
      };
}

}  // namespace rootlet::make
