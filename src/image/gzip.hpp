#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "deflate.hpp"
#include "ready_blocks.hpp"
#include "sink.hpp"

namespace rootlet::image {

constexpr int default_gzip_level = 6;  // smaller than gzip -9, see reports/gzip.md
constexpr int max_gzip_level = 12;

/// Input bytes that are compressed at a time; part of the output's identity, as it decides where blocks end.
constexpr std::size_t gzip_block = 1U << 20U;

/// One gzip member (RFC 1952), its blocks compressed by several threads. A block ends after `gzip_block` bytes, and
/// where the content of a file begins and ends that Sink::begin_content() tells of. One member, because some readers
/// of layers stop after the first.
class GzipSink final : public Sink {
 public:
  /// `level` 0: the default. `ready`: as CompressOptions::ready, of the same level.
  GzipSink(int level, unsigned threads, const ReadyBlocks* ready, Sink& next);
  ~GzipSink() override;

  void write(std::string_view bytes) override;
  void begin_content() override;
  void end_content() override;
  void finish() override;

 private:
  struct Block {
    std::string bytes;     // plain, then compressed
    std::size_t size = 0;  // of what was plain
    bool content = false;
    bool compressed = false;
    std::exception_ptr thrown = {};
  };

  void start_block();
  void add_worker();
  void write_first();
  void compress_all();
  void compress(Block& block, std::optional<BlockDeflater>& deflater) const;

  int level_;
  unsigned threads_;
  const ReadyBlocks* ready_;
  Sink& next_;
  Block block_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block> running_;   // in their order; what is compressed waits for those before it
  std::size_t next_block_ = 0;  // of these, which no thread has begun
  std::size_t plain_ = 0;       // bytes of those that are not written
  bool stopped_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace rootlet::image
