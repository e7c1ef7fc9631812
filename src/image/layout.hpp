#pragma once

#include <string>
#include <string_view>

namespace rootlet::image {

inline constexpr std::string_view manifest_media_type = "application/vnd.oci.image.manifest.v1+json";
/// Image index (image-spec 1.1, image-index.md).
inline constexpr std::string_view index_media_type = "application/vnd.oci.image.index.v1+json";
/// A configuration that says nothing (image-spec 1.1, manifest.md, "Guidance for an Empty Descriptor").
inline constexpr std::string_view empty_media_type = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view empty_content = "{}";

/// The file oci-layout.
std::string layout_json();

}  // namespace rootlet::image
