#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "image/write.hpp"

namespace rootlet::image {

/// Parts of an index of images (image-spec 1.1, image-index.md), beside the images.
struct IndexOptions {
  Format format = Format::oci;  ///< or oci_archive
  std::string tag = "latest";   ///< reference name of the index
  std::int64_t source_date_epoch = 0;
  std::map<std::string, std::string> annotations = {};  ///< of the index
  /// Documents about the index, whose digest is given; empty: none.
  std::function<std::vector<Referrer>(const std::string& digest)> refer = {};
};

struct IndexWritten {
  std::string digest;  ///< "sha256:…"
  std::vector<WrittenReferrer> referrers;
};

/// Makes one layout, or an archive of it, of layouts that write() has made, one for each platform: their blobs are
/// moved there, each once, and an index names the images. The new one's index.json names that index, and after it the
/// documents about the images and about itself. `layouts`: in the index's order. It gets the new name `name` in
/// `directory`, for publish(); all is flushed to disk. Same layouts, same options: same bytes.
IndexWritten write_index(const std::vector<OpenDirectory>& layouts, const IndexOptions& options,
                         const OpenDirectory& directory, const std::string& name);

/// A layout that has one image, or an index of images, and the name that it gets beside others.
struct NamedLayout {
  std::string name;
  OpenDirectory layout;
};

/// Contents of one layout that was made of several.
struct Joined {
  struct One {
    std::string digest;      ///< of the manifest or index: "sha256:…"
    std::uint64_t size = 0;  ///< of its blobs, in bytes
  };
  std::vector<One> images;  ///< in the order of the layouts
  std::size_t blobs = 0;
  std::uint64_t size = 0;  ///< of all blobs, in bytes
};

/// As write_index(), but of images that go by their names in the new layout's index.json, each followed by the
/// documents about it. `format`: oci or oci_archive.
Joined write_named(const std::vector<NamedLayout>& layouts, Format format, std::int64_t source_date_epoch,
                   const OpenDirectory& directory, const std::string& name);

}  // namespace rootlet::image
