#include "history/record_of.hpp"

#include <algorithm>
#include <map>

#include "history/names.hpp"
#include "history/record.hpp"
#include "rootlet/error.hpp"

namespace rootlet::history {
namespace {

/// The architecture that most packages have.
std::string arch_of(const PackageGraph& graph) {
  std::map<std::string, std::size_t> count;
  for (const GraphPackage& one : graph.packages) {
    if (one.nevra.arch != "noarch" && !one.nevra.arch.empty()) ++count[one.nevra.arch];
  }
  const auto most = std::max_element(count.begin(), count.end(), [](auto& a, auto& b) { return a.second < b.second; });
  return most == count.end() ? "noarch" : most->first;
}

/// Layers of an image whose blobs are known, with those packages that the image has.
std::vector<RecordLayer> layers_of(const ImageInfo& image, const PackageGraph& graph) {
  std::map<std::string, std::vector<PackageId>> by_name;
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    by_name[graph.packages[i].nevra.name].push_back(package_id(i));
  }
  std::vector<RecordLayer> layers;
  for (const LayerInfo& one : image.layers) {
    if (one.media_type.empty()) return {};  // of a docker-archive, whose layers registries store compressed
    RecordLayer layer{one.digest, one.size, {}};
    for (const std::string& name : one.packages) {
      const auto found = by_name.find(name);
      if (found == by_name.end()) continue;
      layer.packages.insert(layer.packages.end(), found->second.begin(), found->second.end());
    }
    std::sort(layer.packages.begin(), layer.packages.end());
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace

HistoryRecord record_of(const inspect::Target& target, const RecordWords& release) {
  HistoryRecord record;
  record.image = release.image.empty() ? target.image_name : release.image;
  if (!is_image_name(record.image)) {
    throw usage_error("'" + record.image + "' is no name of an image",
                      "give --image NAME: letters, digits and . _ -, beginning with a letter or digit");
  }
  if (!is_label(release.label)) {
    throw usage_error("'" + release.label + "' is no label", "a label is one line of at most 128 bytes");
  }
  if (!is_date(release.date)) {
    throw usage_error("'" + release.date + "' is no date", "write it as 2026-11-22");
  }
  record.label = release.label;
  record.date = release.date;
  record.arch = target.arch.empty() ? arch_of(target.graph) : target.arch;
  record.lock_digest = release.lock_digest;
  if (target.solution) record.download_size = target.solution->download_size();
  if (target.image) {
    record.digest = target.image->digest;
    record.compressed_size = target.image->compressed_size();
    record.layers = layers_of(*target.image, target.graph);
  }
  const auto& packages = target.graph.packages;
  record.sizes_kept = !packages.empty() && std::all_of(packages.begin(), packages.end(), [](const GraphPackage& one) {
    return one.kept_size.has_value();
  });
  record.graph = kept_of(target.graph);
  return record;
}

}  // namespace rootlet::history
