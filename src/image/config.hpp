#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/layout.hpp"
#include "image/write.hpp"

namespace rootlet::image {

/// OCI's name of an architecture (Go's GOARCH and its variant); image-spec 1.1, image-index.md, platform variants.
struct Platform {
  std::string architecture;
  std::string variant;  ///< may be empty
};

/// Nothing where OCI has no name for it.
std::optional<Platform> find_platform(std::string_view rpm_arch);

/// Error (ErrorKind::usage): OCI has no name for it.
Platform platform_of(const std::string& rpm_arch);

/// A blob as others refer to it (image-spec 1.1, descriptor.md).
struct Descriptor {
  std::string media_type;
  std::string digest;  ///< "sha256:…"
  std::uint64_t size = 0;
};

/// A layer of an image that is being written.
struct PackedLayer {
  WrittenLayer layer;
  std::string media_type;
  std::string created_by;
  bool of_base = false;
};

inline constexpr std::string_view config_media_type = "application/vnd.oci.image.config.v1+json";

/// Annotation of a layer's descriptor: the names of the packages that it is made for, with commas between, which names
/// of packages do not have.
inline constexpr std::string_view packages_annotation = "rootlet.packages";

/// Annotation of the descriptor of a layer that has the RPM database and nothing else: "rpmdb".
inline constexpr std::string_view content_annotation = "rootlet.content";
inline constexpr std::string_view database_content = "rpmdb";

/// Comment of the layers that rootlet made, in an image's history; those of its base have none.
inline constexpr const char* history_comment = "rootlet";

/// application/vnd.oci.image.layer.v1.tar, +gzip or +zstd.
std::string layer_media_type(Compression compression);

/// RFC 3339 in UTC: "2024-05-01T00:00:00Z".
std::string rfc3339(std::int64_t seconds);

// All JSON is compact, with sorted keys.

/// The image's configuration (image-spec 1.1, config.md).
std::string config_json(const ImageConfig& config, const WriteOptions& options, const std::vector<PackedLayer>& layers);
/// The image's manifest (image-spec 1.1, manifest.md).
std::string manifest_json(const ImageConfig& config, const WriteOptions& options, const Descriptor& image_config,
                          const std::vector<PackedLayer>& layers);
/// The manifest of a document about the image `subject`: no configuration, and the document as its one layer.
std::string referrer_json(const WriteOptions& options, const Referrer& referrer, const Descriptor& subject,
                          const Descriptor& document);
/// A referrer's manifest as indexes list it.
struct ListedReferrer {
  Descriptor manifest;
  std::string artifact_type;
};
/// The layout's index.json with one image and its referrers (image-spec 1.1, image-layout.md).
std::string index_json(const WriteOptions& options, const Descriptor& manifest,
                       const std::vector<ListedReferrer>& referrers);
/// manifest.json of a docker-archive (Docker image specification 1.2, combined image JSON).
std::string docker_manifest_json(const WriteOptions& options, const std::string& config_name,
                                 const std::vector<std::string>& layer_names);

}  // namespace rootlet::image
