#include <zstd.h>

#include <algorithm>
#include <deque>
#include <future>
#include <thread>
#include <vector>

#include "base/handle.hpp"
#include "deflate.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"

namespace rootlet::image {
namespace {

constexpr int default_gzip_level = 6;  // smaller than gzip -9, see reports/gzip.md
constexpr int max_gzip_level = 12;
constexpr int default_zstd_level = 9;
constexpr int max_zstd_level = 19;  // beyond, readers need much memory and may refuse

/// Input bytes that are compressed at a time; part of the output's identity, as it decides where blocks end.
constexpr std::size_t gzip_block = 1U << 20U;
constexpr int zstd_job = 1 << 23;

class PlainSink final : public Sink {
 public:
  explicit PlainSink(Sink& next) : next_(next) {}
  void write(std::string_view bytes) override { next_.write(bytes); }
  void finish() override {}

 private:
  Sink& next_;
};

std::string little_endian(std::uint32_t value) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xffU);
  return out;
}

/// One gzip member (RFC 1952), its blocks of fixed size compressed by several threads. One member, because some
/// readers of layers stop after the first.
class GzipSink final : public Sink {
 public:
  GzipSink(int level, unsigned threads, Sink& next) : level_(level), threads_(threads), next_(next) {
    block_.reserve(gzip_block);
    // Deflate; no name, no time, unknown system.
    next_.write(std::string_view("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10));
  }

  void write(std::string_view bytes) override {
    size_ += bytes.size();
    while (!bytes.empty()) {
      const std::size_t taken = std::min(gzip_block - block_.size(), bytes.size());
      block_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (block_.size() == gzip_block) start_block();
    }
  }

  void finish() override {
    if (!block_.empty()) start_block();
    while (!running_.empty()) write_first();
    next_.write(deflate_end);
    next_.write(little_endian(crc_));
    next_.write(little_endian(static_cast<std::uint32_t>(size_)));  // modulo 2^32
  }

 private:
  /// The deflater goes into the task and comes back for the next one.
  struct Done {
    BlockDeflater deflater;
    std::string compressed;
  };

  void start_block() {
    crc_ = crc32(crc_, block_);
    if (running_.size() >= threads_) write_first();
    if (idle_.empty()) idle_.emplace_back(level_);
    running_.push_back(std::async(
        std::launch::async,
        [](BlockDeflater deflater, const std::string& block) {
          std::string compressed = deflater.compress(block);
          return Done{std::move(deflater), std::move(compressed)};
        },
        std::move(idle_.back()), std::move(block_)));
    idle_.pop_back();
    block_ = {};
    block_.reserve(gzip_block);
  }

  void write_first() {
    Done done = running_.front().get();
    running_.pop_front();
    next_.write(done.compressed);
    idle_.push_back(std::move(done.deflater));
  }

  int level_;
  unsigned threads_;
  Sink& next_;
  std::string block_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
  std::vector<BlockDeflater> idle_;
  std::deque<std::future<Done>> running_;  // in the order of the blocks
};

/// One zstd frame. With one worker or more libzstd cuts the input into jobs by size alone.
class ZstdSink final : public Sink {
 public:
  ZstdSink(int level, unsigned threads, Sink& next) : next_(next), out_(ZSTD_CStreamOutSize(), '\0') {
    set(ZSTD_c_compressionLevel, level);
    set(ZSTD_c_checksumFlag, 1);
    set(ZSTD_c_nbWorkers, static_cast<int>(threads));
    set(ZSTD_c_jobSize, zstd_job);
  }

  void write(std::string_view bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) step(in, ZSTD_e_continue);
  }

  void finish() override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    while (step(in, ZSTD_e_end) != 0) {
    }
  }

 private:
  void set(ZSTD_cParameter parameter, int value) {
    check(context_ ? ZSTD_CCtx_setParameter(context_.get(), parameter, value) : static_cast<std::size_t>(-1));
  }

  static std::size_t check(std::size_t result) {
    if (ZSTD_isError(result) != 0) throw Error("zstd cannot compress: " + std::string(ZSTD_getErrorName(result)));
    return result;
  }

  std::size_t step(ZSTD_inBuffer& in, ZSTD_EndDirective directive) {
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    const std::size_t left = check(ZSTD_compressStream2(context_.get(), &out, &in, directive));
    next_.write(std::string_view(out_).substr(0, out.pos));
    return left;
  }

  Sink& next_;
  Handle<ZSTD_CCtx, ZSTD_freeCCtx> context_{ZSTD_createCCtx()};
  std::string out_;
};

}  // namespace

void check_level(Compression compression, int level) {
  const int most = compression == Compression::gzip ? max_gzip_level : max_zstd_level;
  if (compression == Compression::none || (level >= 0 && level <= most)) return;
  throw usage_error("compression level " + std::to_string(level) + " does not exist",
                    (compression == Compression::gzip ? "gzip has levels 1 to " : "zstd has levels 1 to ") +
                        std::to_string(most) + ", 0 is the default");
}

std::unique_ptr<Sink> make_compressor(Compression compression, int level, unsigned threads, Sink& next) {
  check_level(compression, level);
  // More threads than this only take memory: reading and hashing do not keep up.
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
  switch (compression) {
    case Compression::gzip: return std::make_unique<GzipSink>(level == 0 ? default_gzip_level : level, threads, next);
    case Compression::zstd: return std::make_unique<ZstdSink>(level == 0 ? default_zstd_level : level, threads, next);
    case Compression::none: break;
  }
  return std::make_unique<PlainSink>(next);
}

}  // namespace rootlet::image
