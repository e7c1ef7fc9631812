#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "rootlet/files.hpp"
#include "rootlet/image.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::stream {
class Source;
}

namespace rootlet::image {

/// An entry of a layer's tar, as it is written there.
struct LayerEntry {
  enum class Kind { regular, hard_link, symlink, char_device, block_device, directory, fifo };
  std::string path;  ///< any bytes but NUL; may begin or end with a slash, and hold ".."
  Kind kind = Kind::regular;
  std::uint32_t mode = 0;  ///< 07777 at most
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;  ///< of a regular file's content, holes too; 0 for all others
  std::int64_t mtime = 0;
  std::string target;      ///< of a symbolic or hard link
  std::string capability;  ///< the bytes of the extended attribute security.capability
};

/// Content of a file.
class Content {
 public:
  virtual ~Content() = default;
  /// The next bytes, valid until the next call; empty at the end.
  virtual std::string_view next() = 0;
  /// How many of its bytes are stored nowhere: the zeros of a sparse file's holes.
  [[nodiscard]] virtual std::uint64_t holes() const { return 0; }
  /// An open file that holds just these bytes; -1: there is none.
  [[nodiscard]] virtual int file() const { return -1; }
};

struct ImageReadOptions {
  std::string arch;  ///< RPM's name of the architecture; empty: the only one, else this machine's
  /// A name or the tag at its end; "@1": the second one in the image's own order; the beginning of a digest (of the
  /// manifest; of the configuration in a docker-archive), six digits at least. Empty: the only one.
  std::string tag;
  /// Layers that unpack to more than 200 times their own size may unpack to so much in all; so may a whole archive
  /// (bytes).
  std::uint64_t unpacked_limit = default_unpacked_limit;
};

class Store;

/// An image in an OCI layout (a directory; image-spec 1.1, image-layout.md), in a tar of one ("oci-archive"), in the
/// tar that `docker save` writes ("docker-archive"; Docker image specification 1.2) or what was unpacked of it, or in
/// the directory that skopeo calls "dir:". A tar may be compressed with gzip, zstd, xz or bzip2. It is read only, and
/// nothing is unpacked to disk.
///
/// Every blob must have the digest that it is known by; in a docker-archive, layers must have the diff_ids of the
/// configuration. Errors name the image and the blob at fault.
class Image {
 public:
  /// Finds the image and reads its manifest and configuration. Errors: several tags or platforms where none was chosen,
  /// with their names; none that is called as was chosen; layers that are encrypted, or only named and not there.
  Image(const std::filesystem::path& path, const ImageReadOptions& options);
  /// The same of a store that has the form of an OCI layout. `name` is for messages.
  Image(std::unique_ptr<Store> store, const std::string& name, const ImageReadOptions& options);
  ~Image();
  Image(Image&&) noexcept;
  Image& operator=(Image&&) noexcept;

  /// `unpacked_size` and `files` of a layer are known once it was read.
  [[nodiscard]] const ImageInfo& info() const noexcept;

  /// Brings the layers that are far away and not there yet.
  void bring_layers(Progress& progress);

  /// A layer's blob as it is stored, packed. What is read is not held against the digest. One at a time.
  [[nodiscard]] std::unique_ptr<stream::Source> open_layer(std::size_t which);

  using Visit = std::function<void(const LayerEntry&, Content&)>;
  /// Goes through a layer's entries in their order; whiteouts are entries like others. `visit` need not read the
  /// content. Memory does not grow with the layer.
  void read_layer(std::size_t which, const Visit& visit, Progress& progress);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Whether a directory holds an image in one of these forms.
bool is_image_directory(const std::filesystem::path& directory);

/// Whether a regular file is a tar, as it is or compressed.
bool is_tar(const std::filesystem::path& file);

}  // namespace rootlet::image
