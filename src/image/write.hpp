#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/fs.hpp"
#include "rootlet/image.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::stream {
class Source;
}

namespace rootlet::image {

class ReadyBlocks;

/// Document about an image that an OCI layout carries as a manifest of its own, which names the image as its `subject`
/// (image-spec 1.1, manifest.md, "Guidelines for Artifact Usage").
struct Referrer {
  std::string artifact_type;  ///< "application/spdx+json"; of the document, too
  std::string file_name;      ///< as which clients save the document: "web.spdx.json"
  std::string content;
  std::map<std::string, std::string> annotations = {};  ///< of its manifest
};

/// Part of a tree that goes into a layer. Paths have no slash in front: "usr/bin".
struct TreePart {
  /// Whether an entry is in it; empty: all are. The directories that lead to one are in it, too.
  std::function<bool(const std::string& path)> has = {};
  /// Entries of the layers below that are gone: each gets a whiteout (image-spec 1.1, layer.md). Their directories are
  /// there.
  std::set<std::string> removed = {};
};

/// A layer that is made of the root.
struct NewLayer {
  TreePart part = {};
  std::string created_by = {};             ///< entry of the image's history; empty: WriteOptions::created_by
  std::vector<std::string> packages = {};  ///< WrittenLayer::packages
  bool database = false;                   ///< WrittenLayer::database
  /// In place of WriteOptions::source_date_epoch, where it is earlier; directories get this time, whatever theirs is,
  /// so that the layer is the same whatever else lies in them.
  std::optional<std::int64_t> epoch = {};
};

/// A layer that was written before: its blob goes into the image as it is.
struct FinishedLayer {
  WrittenLayer layer;
  std::function<std::unique_ptr<stream::Source>()> open;  ///< its bytes
  bool of_base = false;                                   ///< of the image that this one is built on
  std::string media_type = {};                            ///< empty: that of WriteOptions::compression
  std::string created_by = {};                            ///< as of a new one
};

/// One of the layers of an image.
using ImageLayer = std::variant<NewLayer, FinishedLayer>;

struct WriteOptions {
  Format format = Format::oci;
  Compression compression = Compression::gzip;  ///< of the layer, or of the tar; docker-archive and dir have none
  int level = 0;                                ///< gzip 1 to 12, zstd 1 to 19; 0: the default of the compression
  unsigned threads = 0;                         ///< that compress; 0: one for each processor. Never changes the output
  const ReadyBlocks* ready = nullptr;  ///< blocks of gzip of this level that were compressed already. Never changes it
  std::int64_t source_date_epoch = 0;  ///< every later mtime in the image becomes this; the image's creation time
  /// From when to when the root was made, by the clock of its file system: every mtime of that time becomes
  /// source_date_epoch, too, so that a clock that is behind leaves no trace. Seconds since 1970; by default never.
  std::int64_t made_from = 0, made_until = -1;
  std::string name;            ///< "nginx": repository in docker-archive
  std::string tag = "latest";  ///< reference name in the index
  std::string arch;            ///< RPM's name; becomes OCI's (x86_64: amd64)
  std::string created_by;      ///< history entry of layers
  /// Files that hold blobs, by their digests, of which the caller has made sure: a finished layer of an OCI layout
  /// becomes a hard link of one, where the file system can.
  std::map<std::string, std::filesystem::path> at_hand = {};
  /// Documents about the image that is written, for OCI layouts and archives of them; empty: none.
  std::function<std::vector<Referrer>(const WriteResult&)> refer = {};
  /// Told of each new layer of an OCI layout or archive that is written, the lowest first, with an open file of it;
  /// empty: nobody wants it.
  std::function<void(const WrittenLayer&, int file)> keep = {};
};

/// Throws (ErrorKind::usage) when `out` cannot be written or may not be replaced: its directory is missing or
/// read-only, a directory stands where a file would go or the other way round, it is a symbolic link or a device, or it
/// is a non-empty directory that is no OCI layout. Meant to be called before any work is done.
void check_output(const std::filesystem::path& out, Format format);

/// Throws (ErrorKind::usage) for options that write() cannot follow: an architecture that OCI has no name for, a name
/// or tag that registries do not take, a level that the compression does not have. Meant to be called before any work.
void check_options(const WriteOptions& options);

/// Writes an image of these layers, the lowest first, that gets the new name `name` in `directory`, which takes
/// temporary files too, for publish(). `root`: an open directory, of which new layers are made; -1 where there are
/// none. A tar has the whole root, whatever the layers. All is flushed to disk. Not for Format::dir, where the root
/// itself is the image. Same tree, same options: same bytes. An uncompressed layer, thus its diff_id, depends on
/// nothing else; compressed bytes are the same for the same version of the compression library.
///
/// In the layer: paths without a leading "./", sorted by component; owners by number; modes with setuid, setgid and
/// sticky bits; whole seconds of mtime; hard links; extended attributes security.capability and user.*. Not in the
/// layer: the root directory itself (runtimes make it), devices and sockets, what is below /dev, /proc and /sys, ACLs,
/// security labels. Errors: a file named ".wh.…", since in a layer that name deletes another file; bytes of a finished
/// layer that do not have its digest.
WriteResult write(int root, const std::vector<ImageLayer>& layers, const ImageConfig& config,
                  const WriteOptions& options, const OpenDirectory& directory, const std::string& name,
                  Progress& progress);

}  // namespace rootlet::image
