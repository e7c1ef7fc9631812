#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/base/fs.hpp"
#include "rootlet/base/progress.hpp"
#include "rootlet/image/read.hpp"
#include "rootlet/model/file_tree.hpp"
#include "rootlet/model/image_info.hpp"

namespace rootlet::target {

/// How much of a root is read.
enum class Depth {
  database,  ///< only what tells its packages: the tree has no files
  files,     ///< all files, without their contents
  contents   ///< with digests, scripts' interpreters and ELF facts
};

struct TreeOptions {
  Depth depth = Depth::database;
  std::string arch;  ///< RPM's name; which platform of an image; empty: the only one, else this machine's
  std::string tag;   ///< which image of several, as image::ReadOptions has it; empty: the only one
  /// Layers that unpack to more than 200 times their own size may unpack to so much in all; so may a whole archive
  /// (bytes).
  std::uint64_t unpacked_limit = image::default_unpacked_limit;
};

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
                   ///< (/var/lib/rpmmanifest/container-manifest-1 and -2), DNF 5's packages.toml
  Spool spool;
  std::map<std::string, std::string> links;  ///< at any depth: those of `merged_directories` that are links, and where
                                             ///< they lead: "/usr/sbin" to "/usr/bin"
  std::optional<ImageInfo> image;            ///< nothing for a directory
};

/// Reads a root directory. Nothing in it is changed, no symbolic link leads out of it, no device is opened.
Tree read_directory(const std::filesystem::path& root, const TreeOptions& options, Progress& progress);

/// Reads an OCI image layout or what skopeo calls dir: (directories), an oci-archive or a docker-archive (a tar, also a
/// compressed or unpacked one).
/// Layers are read as streams, lowest first, whiteouts applied; blobs must have the digest that the manifest gives.
/// Errors: what is missing or malformed, by name; several platforms or tags where none was chosen, with their names.
Tree read_image(const std::filesystem::path& image, const TreeOptions& options, Progress& progress);

/// Kind of target at a path; form_of() looks no further than needed.
enum class Form { root_directory, image, rpmdb, lock, recipe, unknown };
Form form_of(const std::filesystem::path& path);

}  // namespace rootlet::target
