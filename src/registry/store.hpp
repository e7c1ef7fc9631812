#pragma once

#include <memory>

#include "image/store.hpp"
#include "registry/reference.hpp"
#include "registry/settings.hpp"

namespace rootlet::registry {

/// An image or index in a registry as the files of an OCI layout: index.json names it alone, and blobs are brought when
/// they are opened, or before by bring(). They are kept in the cache (blobs/sha256/…), where they are taken from only
/// with the right digest. Errors: as Client; offline, a tag, whose image only the registry knows.
std::unique_ptr<image::Store> open_store(const ImageReference& reference, const Settings& settings);

}  // namespace rootlet::registry
