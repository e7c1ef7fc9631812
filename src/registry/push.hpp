#pragma once

#include <filesystem>
#include <string>

#include "registry/reference.hpp"
#include "registry/settings.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/push.hpp"

namespace rootlet::registry {

/// Pushes an image of an OCI layout or oci-archive, or an index with all its images, and the documents about them.
/// Blobs that are there already are not sent again. Blobs go first, then manifests by their digests, the tag last: a
/// push that ends early leaves no tag that leads nowhere. `tag`: which image, where the layout has several, as
/// image::ImageReadOptions has it. `base`: another repository of the registry that may have some of the blobs; empty:
/// the one that the image names as its base's. Errors: no such image, a blob that is missing, whatever the registry
/// refuses.
PushResult push(const std::filesystem::path& layout, const std::string& tag, const ImageReference& to,
                const std::string& base, const Settings& settings, Progress& progress);

}  // namespace rootlet::registry
