#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/model/elf.hpp"

namespace rootlet {

enum class FileType { regular, directory, symlink, char_device, block_device, fifo, socket };

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

/// All files of a target, after all layers.
struct FileTree {
  std::vector<TreeFile> files;                  ///< sorted by path as bytes; without the root directory itself
  std::map<std::string, std::string> contents;  ///< of the small files that analyses read, by path: /etc/passwd, …
  std::vector<Covered> covered = {};            ///< of an image; by layer, then by path
  bool contents_read = false;                   ///< whether digests, interpreters and ELF facts are there

  /// The file of that very path; no link is followed. nullptr: there is none.
  [[nodiscard]] const TreeFile* find(std::string_view path) const;
  /// Follows links in all of the path, the last part too, beneath the root. nullptr: it leads nowhere or in a circle.
  [[nodiscard]] const TreeFile* resolve(std::string_view path) const;
  /// The path with all links in its directories followed and "." and ".." taken out; the last part is kept as it is.
  /// Parts that are not there are kept as they are.
  [[nodiscard]] std::string real_path(std::string_view path) const;
};

}  // namespace rootlet
