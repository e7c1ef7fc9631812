#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "registry/reference.hpp"
#include "registry/settings.hpp"
#include "rootlet/files.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/read_options.hpp"

namespace rootlet::installed {

/// An RPM database, copied for librpm to open.
struct SpooledDatabase {
  std::filesystem::path directory;  ///< as librpm's _dbpath
  std::string file;                 ///< its main one: "rpmdb.sqlite", "Packages.db" (ndb), "Packages" (Berkeley DB)
  std::string place;                ///< where it was in the root: "/var/lib/rpm"; empty: it was named itself
};

/// Where the packages of a root are written down, copied out of it for librpm and SQLite to open.
struct Spool {
  std::unique_ptr<TempDir> directory;      ///< holds all of what follows; nullptr where there is nothing
  std::vector<SpooledDatabase> databases;  ///< those of newer places and kinds first
  std::filesystem::path history;           ///< a copy of DNF's history.sqlite; empty: none
  std::string history_path;
};

/// A root: an image's after all layers, or a directory's.
struct Tree {
  FileTree files;  ///< `contents` holds, at any depth: os-release, passwd, group, the manifests of distroless images
                   ///< (/var/lib/rpmmanifest/container-manifest-1 and -2), DNF 5's packages.toml, SBOMs
                   ///< (/var/lib/db/sbom; empty ones were too large)
  Spool spool;
  Spool base;  ///< databases alone, as they are in the image that an image is built on; empty: that is not known
  std::map<std::string, std::string> links;  ///< at any depth: those of `merged_directories` that are links, and where
                                             ///< they lead: "/usr/sbin" to "/usr/bin"
  std::optional<ImageInfo> image;            ///< nothing for a directory
  /// With Depth::copies: reads the beginning of a regular file, up to a number of bytes. Of an image, as long as the
  /// spool is there.
  std::function<std::string(const TreeFile&, std::size_t)> content;
};

/// Reads a root directory. Nothing in it is changed, no symbolic link leads out of it, no device is opened.
Tree read_directory(const std::filesystem::path& root, const ReadOptions& options, Progress& progress);

/// Reads an OCI image layout or what skopeo calls dir: (directories), an oci-archive or a docker-archive (a tar, also a
/// compressed or unpacked one).
/// Layers are read as streams, lowest first, whiteouts applied; blobs must have the digest that the manifest gives.
/// Errors: what is missing or malformed, by name; several platforms or tags where none was chosen, with their names.
Tree read_image(const std::filesystem::path& image, const ReadOptions& options, Progress& progress);

/// The same of an image in a registry: blobs that the cache has are not brought again. Errors: as registry::Client,
/// too.
Tree read_image(const registry::ImageReference& image, const registry::Settings& settings, const ReadOptions& options,
                Progress& progress);

}  // namespace rootlet::installed
