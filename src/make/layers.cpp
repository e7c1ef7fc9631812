#include "layers.hpp"

#include "image/source.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {

Layers::Layers(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
               const Solution& solution, std::int64_t source_date_epoch)
    : recipe_(recipe),
      options_(options),
      solution_(solution),
      source_date_epoch_(source_date_epoch),
      cache_(environment.cache_dir),
      key_(key()) {}

std::optional<std::string> Layers::key() const {
  const bool oci = options_.format == image::Format::oci || options_.format == image::Format::oci_archive;
  if (!options_.reuse || !oci) return std::nullopt;
  return layer_key(recipe_, solution_, source_date_epoch_, options_.compression);
}

std::optional<InstalledLayer> Layers::find() const { return key_ ? cache_.find(*key_) : std::nullopt; }

std::unique_ptr<image::Source> Layers::open(const InstalledLayer& known) const { return cache_.open(known.layer); }

std::function<void(const image::KnownLayer&, int)> Layers::keeper(rootfs::InstallResult told, std::string os_release,
                                                                  Progress& progress) const {
  if (!key_) return {};
  return [this, told = std::move(told), os_release = std::move(os_release), &progress](const image::KnownLayer& layer,
                                                                                       int file) {
    if (key() != key_) return;
    try {
      cache_.add(*key_, {layer, told, os_release}, file);
    } catch (const Error& error) {
      progress.detail(std::string("the layer is not kept for later builds: ") + error.what());
    }
  };
}

}  // namespace rootlet::make
