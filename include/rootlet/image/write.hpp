#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "rootlet/base/progress.hpp"
#include "rootlet/model/recipe.hpp"

namespace rootlet::image {

enum class Format { oci, oci_archive, docker_archive, tar, dir };

/// "oci", "oci-archive", "docker-archive", "tar", "dir".
std::optional<Format> parse_format(std::string_view name);
std::string_view format_name(Format format) noexcept;

enum class Compression { gzip, zstd };

struct WriteOptions {
  Format format = Format::oci;
  Compression compression = Compression::gzip;
  int level = 0;                       ///< 0: the default of the compression
  std::int64_t source_date_epoch = 0;  ///< every later mtime in the image becomes this; the image's creation time
  std::string name;                    ///< "nginx": reference name in the index, repository in docker-archive
  std::string tag = "latest";
  std::string arch;        ///< RPM's name; becomes OCI's (x86_64: amd64)
  std::string created_by;  ///< history entry of the layer
};

struct WriteResult {
  std::string digest;            ///< of the manifest (oci, oci-archive), of the image's config (docker-archive), of the
                                 ///< file (tar); empty for dir
  std::uint64_t layer_size = 0;  ///< compressed bytes; of the file for tar; 0 for dir
  std::uint64_t uncompressed_size = 0;  ///< of the layer's tar
  std::uint64_t files = 0;              ///< entries in the layer
};

/// Throws (ErrorKind::usage) when `out` may not be replaced: a non-empty directory that is no OCI layout.
/// Meant to be called before any work is done.
void check_output(const std::filesystem::path& out, Format format);

/// Writes the root as an image into `staging` (a path on out's file system that does not exist yet) for publish().
/// Same tree, same options: same bytes. Format::dir moves the root there.
WriteResult write(const std::filesystem::path& root, const ImageConfig& config, const WriteOptions& options,
                  const std::filesystem::path& staging, Progress& progress);

}  // namespace rootlet::image
