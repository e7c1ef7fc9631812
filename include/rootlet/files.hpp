#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// Machine that a file's code is for, as its ELF header writes it: only files with the same can be linked.
struct ElfMachine {
  std::uint8_t width = 0;  ///< EI_CLASS: 1 for 32 bits, 2 for 64
  std::uint8_t order = 0;  ///< EI_DATA: of the bytes
  std::uint16_t type = 0;  ///< e_machine
  auto operator<=>(const ElfMachine&) const = default;
};

/// A version of a library's symbols that a file was linked with.
struct ElfVersion {
  std::string library;  ///< "libc.so.6"
  std::string version;  ///< "GLIBC_2.14"
  auto operator<=>(const ElfVersion&) const = default;
};

/// Facts of a file that the dynamic loader reads (System V ABI, "Program Loading and Dynamic Linking"; ld.so(8)).
struct ElfFile {
  ElfMachine machine;
  std::string interpreter;                ///< the loader that the kernel starts (PT_INTERP); empty: none
  std::string soname;                     ///< DT_SONAME; empty: none
  std::vector<std::string> needed;        ///< DT_NEEDED, in the file's order
  std::vector<std::string> search;        ///< DT_RUNPATH, or DT_RPATH where there is none: directories as written
  std::vector<ElfVersion> versions = {};  ///< DT_VERNEED, without those that may be missing, in the file's order
  bool gnu_hash_only = false;             ///< DT_GNU_HASH without DT_HASH
};

enum class FileType { regular, directory, symlink, char_device, block_device, fifo, socket };
/// Type of a file that has this mode, as in stat(2).
FileType file_type(std::uint32_t mode) noexcept;

/// A file of a target's root. Size in bytes, time in seconds since 1970.
struct TreeFile {
  std::string path;  ///< from the root: "/usr/bin/bash"; bytes, no encoding is implied; no link in its directories
  FileType type = FileType::regular;
  std::uint32_t mode = 0;  ///< permissions with setuid, setgid and sticky bits: 07777 at most
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint64_t size = 0;  ///< of a regular file's content; 0 for all others
  std::int64_t mtime = 0;
  std::string target = {};        ///< of a symbolic link, as written
  std::string first_link = {};    ///< of a hard link: the first path, in order, of the same file; empty on that one
  std::string capabilities = {};  ///< as cap_to_text(3) writes them: "cap_net_raw=ep"; empty: none
  std::string sha256 = {};        ///< of a regular file's content, where contents were read
  bool unread = false;  ///< its content was left out where others were read: it is sparse, nearly all of it holes
  std::string interpreter =
      {};  ///< of a script: what follows "#!", up to the end of the line; where contents were read
  std::optional<ElfFile> elf = std::nullopt;  ///< where contents were read and it is one
};

/// A link or file of a lower layer that is a directory since an upper layer put something into it without an entry for
/// the directory itself. Runtimes that mount layers by overlay see this directory alone; what unpacks one layer over
/// the other follows the link, or fails.
struct Covered {
  std::size_t layer = 0;  ///< the upper one, counted from 1
  std::string path;
  std::string target;  ///< of the link; empty: it was no link
  auto operator<=>(const Covered&) const = default;
};

/// How many links Linux follows on one way; more are a circle (path_resolution(7)).
inline constexpr int most_links = 40;

/// Where a path leads in a FileTree.
struct PathWalk {
  enum class End { there, missing, circle };  ///< circle: or more links than Linux follows
  End end = End::missing;
  const TreeFile* file = nullptr;  ///< file that is there; nullptr for the root itself
  std::string place;      ///< its path without links; of a way that ends before: the first part that is missing
  std::string rest = {};  ///< of the path, after what is missing
  int links = 0;          ///< that were followed
};

/// All files of a target, after all layers.
struct FileTree {
  std::vector<TreeFile> files;                  ///< sorted by path as bytes; without the root directory itself
  std::map<std::string, std::string> contents;  ///< of the small files that analyses read, by path: /etc/passwd, …
  std::vector<Covered> covered = {};            ///< of an image; by layer, then by path
  bool contents_read = false;                   ///< whether digests, interpreters and ELF facts are there

  /// The file of that very path; no link is followed. nullptr: there is none.
  [[nodiscard]] const TreeFile* find(std::string_view path) const;
  /// Follows links in all of the path beneath the root as Linux does (path_resolution(7)), in the last part too where
  /// `last_too`. A directory that only what is in it tells of is there, with no file to show for it.
  [[nodiscard]] PathWalk way(std::string_view path, bool last_too = true) const;
  /// The file that a path leads to, links in all of it followed. nullptr: it leads nowhere or in a circle.
  [[nodiscard]] const TreeFile* resolve(std::string_view path) const { return way(path).file; }
  /// The regular file that a path leads to. nullptr: there is none.
  [[nodiscard]] const TreeFile* resolve_file(std::string_view path) const;
  /// The path with all links in its directories followed and "." and ".." taken out; the last part is kept as it is.
  /// Parts that are not there are kept as they are, and so is a path whose links lead in a circle. It begins with "/".
  [[nodiscard]] std::string real_path(std::string_view path) const;
};

/// A layer as its image describes it. Sizes in bytes.
struct LayerInfo {
  std::string digest;      ///< of the blob: "sha256:…"; in a docker-archive the diff_id
  std::string media_type;  ///< "application/vnd.oci.image.layer.v1.tar+gzip"; empty in a docker-archive
  std::uint64_t size = 0;  ///< of the blob
  std::uint64_t unpacked_size = 0;
  std::uint64_t files = 0;                 ///< entries, whiteouts too
  std::string created_by;                  ///< of its entry in the history; may be empty
  std::string diff_id = {};                ///< of the unpacked layer, as the configuration has it
  std::vector<std::string> packages = {};  ///< names of those that the manifest says are in it; see docs/layers.md
  bool database = false;                   ///< the manifest says that it has the RPM database alone
};

/// An image's manifest and configuration (OCI image-spec 1.1; docker-archive: the same configuration).
struct ImageInfo {
  std::string digest;     ///< of the manifest; in a docker-archive, of the configuration
  std::string reference;  ///< the tag or reference name by which it was found; may be empty
  std::string os;
  std::string arch;  ///< OCI's name: "amd64"
  std::string variant;
  std::string created;
  std::string user;
  std::string workdir;
  std::string stop_signal;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> env;  ///< "NAME=value", in the image's order
  std::vector<std::string> ports;
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
  std::vector<LayerInfo> layers;  ///< lowest first
  /// How many of them are those of the image that rootlet built this one on; 0: none, or it is not known.
  std::size_t base_layers = 0;
  /// Of all layers' blobs, in bytes.
  [[nodiscard]] std::uint64_t compressed_size() const noexcept;
};

/// A path that an installed package owns, as its header describes it. Size in bytes.
struct PackageFile {
  std::string path;
  std::uint32_t mode = 0;  ///< type and permissions, as in stat(2)
  std::uint64_t size = 0;
  std::string user;
  std::string group;
  std::string target;        ///< of a symbolic link
  Checksum digest;           ///< of a regular file's content; empty type and hex where the header has none
  std::string capabilities;  ///< as cap_to_text(3) writes them; empty: none
  bool config = false;
  bool doc = false;
  bool license = false;
  bool ghost = false;
  bool missing_ok = false;
  bool installed = true;  ///< false: left out on purpose (documentation, languages, another architecture's file)
  /// Attributes that `rpm -V` looks at; %verify(not md5 mode owner) takes them away.
  bool verify_digest = true, verify_mode = true, verify_owner = true;
};

/// A package as the database of a root describes it. Times in seconds since 1970.
struct InstalledPackage {
  Nevra nevra;
  std::uint64_t installed_size = 0;  ///< of all its files: RPM's figure
  std::uint64_t kept_size = 0;       ///< of those that the transaction put into the root
  std::int64_t install_time = 0;
  std::int64_t build_time = 0;
  std::string vendor;
  std::string license;
  std::string source_rpm;
  std::string url;                     ///< home page
  std::string modularity_label;        ///< "perl:5.24:…"; empty: of no module
  std::vector<std::string> obsoletes;  ///< names of packages that it takes the place of; sorted
  std::vector<std::string> provides;   ///< capabilities as written; sorted
  bool install_only = false;           ///< as DNF takes it: several versions may stand side by side (kernels)
  std::string signed_by;               ///< key id in lower-case hexadecimal; empty: not signed
  std::vector<PackageFile> files;      ///< sorted by path; empty where the target only lists packages
};

/// An RPM database of a root, and what it tells.
struct PackageRecord {
  std::string path;             ///< of its main file: "/var/lib/rpm/rpmdb.sqlite"; links may be on the way
  std::vector<Nevra> packages;  ///< without keys; sorted
  bool readable = true;
};

/// An SBOM in a root, and the RPM packages that it lists.
struct SbomRecord {
  std::string path;             ///< "/var/lib/db/sbom/web.spdx.json"
  std::vector<Nevra> packages;  ///< sorted
  bool names_system = false;    ///< it says of which distribution they are, and of which version
};

}  // namespace rootlet
