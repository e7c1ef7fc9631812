#include "layers.hpp"

#include "image/source.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {

Layers::Layers(const Recipe& recipe, const BuildOptions& options, const Environment& environment, const Base* base,
               const Solution& solution, std::int64_t source_date_epoch)
    : recipe_(recipe),
      options_(options),
      base_(base),
      solution_(solution),
      source_date_epoch_(source_date_epoch),
      cache_(environment.cache_dir),
      key_(key()) {}

std::optional<std::string> Layers::key() const {
  const bool oci = options_.format == image::Format::oci || options_.format == image::Format::oci_archive;
  // SBOMs in an image, and such as list files, need more than decides a layer.
  const bool sboms = !recipe_.sboms.empty() || options_.documents.sbom_files;
  if (!options_.reuse || !oci || sboms) return std::nullopt;
  return layer_key(recipe_, base_ == nullptr ? "" : base_->info.digest, solution_, source_date_epoch_,
                   options_.compression);
}

std::optional<InstalledLayer> Layers::find() const { return key_ ? cache_.find(*key_) : std::nullopt; }

std::unique_ptr<image::Source> Layers::open(const InstalledLayer& known) const { return cache_.open(known.layer); }

std::function<void(const image::WrittenLayer&, int)> Layers::keeper(InstalledLayer installed,
                                                                    Progress& progress) const {
  if (!key_) return {};
  return [this, installed = std::move(installed), &progress](const image::WrittenLayer& layer, int file) mutable {
    if (key() != key_) return;
    installed.layer = layer;
    try {
      cache_.add(*key_, installed, file);
    } catch (const std::exception& error) {
      progress.detail(std::string("the layer is not kept for later builds: ") + error.what());
    }
  };
}

}  // namespace rootlet::make
