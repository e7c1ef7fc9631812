#pragma once

#include <memory>

#include "store.hpp"

namespace rootlet::image {

/// Whether a store is what skopeo calls "dir:": a manifest and its blobs, side by side under their digests.
bool is_flat(Store& store);

/// The same as an OCI layout: blobs under "blobs/", and an index.json that names the manifest.
std::unique_ptr<Store> layout_of_flat(std::unique_ptr<Store> flat);

}  // namespace rootlet::image
