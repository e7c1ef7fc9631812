#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rootlet::image {

/// Compresses blocks that can be joined, in their order, into one deflate stream (RFC 1951): each result ends at a
/// byte boundary and is not final. Blocks know nothing of each other, so they can be compressed at the same time.
/// Not for two threads at once: each has its own.
class BlockDeflater {
 public:
  /// Level 1 (fast) to 12 (small), as libdeflate counts.
  explicit BlockDeflater(int level);
  ~BlockDeflater();
  BlockDeflater(const BlockDeflater&) = delete;
  BlockDeflater& operator=(const BlockDeflater&) = delete;

  [[nodiscard]] std::string compress(std::string_view block);

 private:
  struct Libraries;
  std::unique_ptr<Libraries> libraries_;
};

/// End of a deflate stream made of such blocks: an empty final block.
inline constexpr std::string_view deflate_end{"\x03\x00", 2};

/// CRC-32 as gzip has it (RFC 1952), of `bytes` appended to what gave `crc`.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes);

}  // namespace rootlet::image
