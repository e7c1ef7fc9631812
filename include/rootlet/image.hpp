#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// How an RPM database keeps its headers. rootlet writes SQLite, and Berkeley DB for old distributions.
enum class RpmdbFormat { sqlite, berkeley, ndb };

/// "sqlite", "bdb", "ndb": rpm's names of its backends.
constexpr std::string_view rpmdb_format_name(RpmdbFormat format) noexcept {
  return format == RpmdbFormat::sqlite ? "sqlite" : format == RpmdbFormat::berkeley ? "bdb" : "ndb";
}

/// A package of an image whose librpm cannot read the database that the image has.
struct ForeignLibrpm {
  Nevra package;
  RpmdbFormat reads = RpmdbFormat::berkeley;
};

/// A scriptlet or trigger that failed in an image which its recipe lets it fail in.
struct FailedScriptlet {
  Nevra package;      ///< that has it, whichever package set it off
  std::string kind;   ///< "%post"
  std::string cause;  ///< "exit status 1"
  std::string output = {};
};

/// A scriptlet or trigger that would have run, and was left out as the recipe has it.
struct LeftOutScriptlet {
  Nevra package;
  std::string kind;     ///< "%post"
  std::string program;  ///< "/bin/sh"
  std::string line;     ///< the first one of the script that does something; may be empty
};

/// An owner that a package's files name and that did not exist when they were unpacked: they belong to root.
struct MissingOwner {
  Nevra package;
  std::string name;
  bool group = false;       ///< a group rather than a user
  std::uint64_t files = 0;  ///< how many of the package's files name it
};

}  // namespace rootlet

namespace rootlet::image {

enum class Format { oci, oci_archive, docker_archive, tar, dir };

/// "oci", "oci-archive", "docker-archive", "tar", "dir".
std::optional<Format> parse_format(std::string_view name);
std::string_view format_name(Format format) noexcept;

enum class Compression { none, gzip, zstd };

/// How an output is compressed unless the user says otherwise: gzip in the OCI formats; a tar by its file's suffix
/// (.tar.gz and .tgz, .tar.zst and .tzst); not at all in docker-archive and dir.
Compression default_compression(const std::filesystem::path& out, Format format);

/// A document about an image that was written along with it, as a manifest of its own.
struct WrittenReferrer {
  std::string artifact_type;  ///< "application/spdx+json"
  std::string file_name;      ///< "web.spdx.json"
  std::string digest;         ///< of its manifest
};

/// A layer that was written.
struct WrittenLayer {
  std::string digest;                      ///< of the blob: "sha256:…"
  std::uint64_t size = 0;                  ///< of the blob, in bytes
  std::string diff_id;                     ///< of the uncompressed tar: "sha256:…"
  std::uint64_t uncompressed_size = 0;     ///< of that tar, in bytes; 0 for a layer of the base, which is not unpacked
  std::uint64_t files = 0;                 ///< entries; the same
  std::vector<std::string> packages = {};  ///< names of those that it is made for; none: it is for what is left
  bool database = false;                   ///< it has the RPM database and nothing else
};

struct WriteResult {
  std::string digest;  ///< of the manifest (oci, oci-archive), of the image's config (docker-archive), of the file
                       ///< (tar): "sha256:…"; empty for dir
  std::vector<WrittenLayer> layers = {};  ///< the lowest first; of a tar its file; none for dir
  std::size_t below = 0;                  ///< how many of them are those of the base
  std::vector<WrittenReferrer> referrers = {};

  /// Sums over the layers that are not the base's: compressed bytes, bytes of their tars, entries.
  [[nodiscard]] std::uint64_t layer_size() const noexcept { return sum(&WrittenLayer::size); }
  [[nodiscard]] std::uint64_t uncompressed_size() const noexcept { return sum(&WrittenLayer::uncompressed_size); }
  [[nodiscard]] std::uint64_t files() const noexcept { return sum(&WrittenLayer::files); }

 private:
  [[nodiscard]] std::uint64_t sum(std::uint64_t WrittenLayer::*what) const noexcept {
    std::uint64_t all = 0;
    for (std::size_t i = below; i < layers.size(); ++i) all += layers[i].*what;
    return all;
  }
};

/// No file of a package that is known grows so large; unpacking as much takes well under a minute.
inline constexpr std::uint64_t default_unpacked_limit = 20'000'000'000;

}  // namespace rootlet::image
