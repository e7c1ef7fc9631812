#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "choice.hpp"
#include "config.hpp"
#include "image/layout.hpp"
#include "image/read.hpp"
#include "json.hpp"
#include "rootlet/files.hpp"
#include "store.hpp"

namespace rootlet::image {

/// A layer, and where its bytes are.
struct StoredLayer {
  std::string file;  ///< in the store
  std::uint64_t size = 0;
  std::string digest;        ///< of the blob as it is stored; empty: only that of the unpacked one is known
  std::string plain_digest;  ///< of the unpacked layer, where it is to be checked; else empty
};

/// Layers of an image: container engines mount 500 at most. One that names the same layer over and over would keep
/// whoever reads it busy for as long as it likes.
inline constexpr std::size_t most_layers = 1000;

/// Error: there are more layers than that.
void check_layers(std::size_t count);

/// An image that was chosen: what is known before its layers are read.
struct ChosenImage {
  ImageInfo info;
  std::vector<StoredLayer> layers;  ///< as info.layers
};

/// A descriptor (image-spec 1.1, descriptor.md) with what an index says of it.
struct Reference {
  Descriptor blob;
  std::string os;  ///< empty: the index does not say
  std::string arch;
  std::string variant;
  std::string name;  ///< the annotation org.opencontainers.image.ref.name, or containerd's; only in index.json
  bool is_index = false;
  std::size_t place = 0;  ///< of the entry of index.json that it comes from
};

Descriptor descriptor_of(const JsonValue& value);

/// How a user may call an image that an index names.
Called called(const Reference& reference);

/// Where a blob is in a layout: "blobs/sha256/…". Error: its digest is none.
std::string blob_file(const std::string& digest);

/// A blob of JSON, its size and digest checked.
std::string read_blob(Store& store, const Descriptor& blob);

/// The images and indexes that an index names. Left out: signatures, attestations and other artifacts.
std::vector<Reference> parse_index(const std::string& json);

/// The image of a manifest. Errors: layers that cannot be read, by name.
ChosenImage read_image_of(Store& store, const Reference& reference);

/// The image that the options choose from a layout.
ChosenImage choose_from_layout(Store& store, const ImageReadOptions& options);

/// The same from a docker-archive.
ChosenImage choose_from_docker_archive(Store& store, const ImageReadOptions& options);

/// Makes an image's information of its configuration (image-spec 1.1, config.md; Docker's is the same). `layers` have
/// what the manifest says of them and get what the history says. Returns the diff_ids.
std::vector<std::string> read_config(const std::string& json, ImageInfo& info);

}  // namespace rootlet::image
