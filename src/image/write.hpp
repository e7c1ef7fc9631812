#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.hpp"
#include "rootlet/image.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::image {

class Source;

/// Document about an image that an OCI layout carries as a manifest of its own, which names the image as its `subject`
/// (image-spec 1.1, manifest.md, "Guidelines for Artifact Usage").
struct Referrer {
  std::string artifact_type;  ///< "application/spdx+json"; of the document, too
  std::string file_name;      ///< as which clients save the document: "web.spdx.json"
  std::string content;
  std::map<std::string, std::string> annotations = {};  ///< of its manifest
};

/// A layer that was written once.
struct KnownLayer {
  std::string digest;                   ///< of the blob: "sha256:…"
  std::uint64_t size = 0;               ///< of the blob, in bytes
  std::string diff_id;                  ///< of the uncompressed tar
  std::uint64_t uncompressed_size = 0;  ///< bytes
  std::uint64_t files = 0;              ///< entries
};

struct WriteOptions {
  Format format = Format::oci;
  Compression compression = Compression::gzip;  ///< of the layer, or of the tar; docker-archive and dir have none
  int level = 0;                                ///< gzip 1 to 12, zstd 1 to 19; 0: the default of the compression
  unsigned threads = 0;                         ///< that compress; 0: one for each processor. Never changes the output
  std::int64_t source_date_epoch = 0;  ///< every later mtime in the image becomes this; the image's creation time
  /// From when to when the root was made, by the clock of its file system: every mtime of that time becomes
  /// source_date_epoch, too, so that a clock that is behind leaves no trace. Seconds since 1970; by default never.
  std::int64_t made_from = 0, made_until = -1;
  std::string name;            ///< "nginx": repository in docker-archive
  std::string tag = "latest";  ///< reference name in the index
  std::string arch;            ///< RPM's name; becomes OCI's (x86_64: amd64)
  std::string created_by;      ///< history entry of the layer
  /// Documents about the image that is written, for OCI layouts and archives of them; empty: none.
  std::function<std::vector<Referrer>(const WriteResult&)> refer = {};
  /// Told of the layer of an OCI layout or archive that is written, with an open file of it; empty: nobody wants it.
  std::function<void(const KnownLayer&, int file)> keep = {};
};

/// Throws (ErrorKind::usage) when `out` cannot be written or may not be replaced: its directory is missing or
/// read-only, a directory stands where a file would go or the other way round, it is a symbolic link or a device, or it
/// is a non-empty directory that is no OCI layout. Meant to be called before any work is done.
void check_output(const std::filesystem::path& out, Format format);

/// Throws (ErrorKind::usage) for options that write() cannot follow: an architecture that OCI has no name for, a name
/// or tag that registries do not take, a level that the compression does not have. Meant to be called before any work.
void check_options(const WriteOptions& options);

/// Writes the root, an open directory, as an image that gets the new name `name` in `directory`, which takes temporary
/// files too, for publish(). All is flushed to disk. Not for Format::dir, where the root itself is the image.
/// Same tree, same options: same bytes. The uncompressed layer, thus its diff_id, depends on nothing else; compressed
/// bytes are the same for the same version of the compression library.
///
/// In the layer: paths without a leading "./", sorted by component; owners by number; modes with setuid, setgid and
/// sticky bits; whole seconds of mtime; hard links; extended attributes security.capability and user.*. Not in the
/// layer: the root directory itself (runtimes make it), devices and sockets, what is below /dev, /proc and /sys, ACLs,
/// security labels. A file named ".wh.…" is an error: in a layer that name deletes another file.
WriteResult write(int root, const ImageConfig& config, const WriteOptions& options, const OpenDirectory& directory,
                  const std::string& name, Progress& progress);

/// The same with a layer that was written before, for OCI layouts and archives: `content` has its bytes. The image is
/// the one that write() makes of the root that the layer is of, with the same options. Error: the bytes do not have the
/// layer's digest.
WriteResult write_again(const KnownLayer& layer, Source& content, const ImageConfig& config,
                        const WriteOptions& options, const OpenDirectory& directory, const std::string& name,
                        Progress& progress);

}  // namespace rootlet::image
