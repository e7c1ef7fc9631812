#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/read.hpp"
#include "stream/source.hpp"

namespace rootlet::image {

/// Part of a sparse file that is stored; all between is zeros.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

/// The records of a pax extended header by their keys (POSIX.1-2017, pax); of records with the same key the last one.
using PaxRecords = std::map<std::string, std::string, std::less<>>;

/// Reads a tar as those do that unpack layers (Go's archive/tar): ustar, pax, GNU with long names, sparse files in all
/// four forms. Names are bytes; no character set is implied. Global pax headers are passed over.
/// It is written here because libarchive 3.6 converts names to the locale's character set, ends them at a NUL, and goes
/// on with a warning where a header is malformed: it can see another tree than a container does.
/// All errors say what is damaged: "the tar is damaged: …".
class TarReader final : public Content {
 public:
  explicit TarReader(stream::Source& source) : source_(source) {}

  /// Goes on to the next entry; false at the end of the archive, which may not be the end of the source.
  bool read(LayerEntry& entry);
  /// The content of the entry at hand, holes as zeros.
  std::string_view next() override;

  /// Where the next byte of the source is; after read(), where the entry's content begins.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  /// Whether what is stored of the entry is not just its content.
  [[nodiscard]] bool sparse() const noexcept { return sparse_; }
  /// Of the entry at hand.
  [[nodiscard]] std::uint64_t holes() const override { return holes_; }

 private:
  static constexpr std::size_t block_size = 512;
  using Block = std::array<char, block_size>;

  /// Facts of an entry that headers before it say.
  struct Extended {
    PaxRecords pax;
    std::optional<std::string> name;    // GNU 'L'
    std::optional<std::string> target;  // GNU 'K'
  };

  bool read_block(Block& block);
  bool read_header(Block& block);
  std::string read_special(const Block& header);
  void skip(std::uint64_t bytes);
  void fill(const Block& header, const Extended& extended, LayerEntry& entry);
  void find_extents(const Block& header, const PaxRecords& pax, LayerEntry& entry);
  std::vector<Extent> read_old_map(const Block& header);
  std::vector<Extent> read_map_before_content();

  stream::Source& source_;
  std::uint64_t position_ = 0;
  std::uint64_t holes_ = 0;
  std::uint64_t stored_ = 0;   // bytes of the content that are still to come
  std::uint64_t padding_ = 0;  // and what follows them
  std::uint64_t at_ = 0;       // in the file
  std::uint64_t size_ = 0;     // of the file
  bool sparse_ = false;
  std::vector<Extent> extents_;  // sorted
  std::size_t extent_ = 0;
};

/// Whether 512 bytes are the header of a tar: their checksum is right.
bool is_tar_header(std::string_view block);

}  // namespace rootlet::image
