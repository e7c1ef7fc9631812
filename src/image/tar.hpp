#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sink.hpp"

namespace rootlet::image {

/// An entry's type, as the ustar header has it.
enum class TarType : char { file = '0', hard_link = '1', symlink = '2', directory = '5', fifo = '6' };

struct TarEntry {
  std::string path;  ///< any bytes but NUL; of a directory without the slash at its end
  TarType type = TarType::file;
  std::uint32_t mode = 0644;  ///< permission, setuid, setgid and sticky bits
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::int64_t mtime = 0;                     ///< seconds since 1970
  std::uint64_t size = 0;                     ///< of a file's content; the content follows
  std::string target;                         ///< of a symbolic or hard link
  std::map<std::string, std::string> xattrs;  ///< by full name: "security.capability"
};

/// Writes a tar in the pax interchange format (POSIX.1-2017, pax): plain ustar headers, with an extended header before
/// those entries that need one. That is what all tools that read layers know. Extended attributes are records named
/// SCHILY.xattr.<name>, as in star, GNU tar, libarchive and Go.
///
/// It is written here and not by libarchive because a layer's identity is its bytes: libarchive's depend on its version
/// (LIBARCHIVE.xattr records, limits of fields) and on the locale (names that are not valid text in it).
class TarWriter {
 public:
  explicit TarWriter(Sink& sink) : sink_(sink) {}

  /// Starts an entry; the content of the entry before must be complete.
  void add(const TarEntry& entry);
  /// The next piece of the content.
  void content(std::string_view bytes);
  /// An entry with its whole content; sets the size.
  void add(TarEntry entry, std::string_view whole);
  /// The end of the archive. Does not finish the sink.
  void finish();

  [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

 private:
  void pad(std::uint64_t size);

  Sink& sink_;
  std::uint64_t left_ = 0;  // of the running entry's content
  std::uint64_t size_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace rootlet::image
