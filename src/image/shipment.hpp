#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store.hpp"

namespace rootlet::image {

/// A manifest or index, with its bytes.
struct ShippedManifest {
  std::string digest;  ///< "sha256:…"
  std::string media_type;
  std::string content;
  std::string subject;        ///< digest of what it is a document about; empty: nothing
  std::string artifact_type;  ///< of such a document
};

struct ShippedBlob {
  std::string digest;
  std::uint64_t size = 0;  ///< bytes
};

/// All of a layout that belongs to an image or to an index of images.
struct Shipment {
  std::string digest;                      ///< of the image's manifest, or of the index
  std::vector<ShippedManifest> manifests;  ///< each after what it names and what it is about
  std::vector<ShippedBlob> blobs;          ///< configurations and layers, each once
};

/// Finds what belongs to the image that `tag` chooses (as ImageReadOptions::tag; empty: the only one), and the
/// documents about it (referrers, image-spec 1.1). Errors: no such image, or several; something that is only named and
/// not there.
Shipment shipment_of(Store& layout, const std::string& tag);

}  // namespace rootlet::image
