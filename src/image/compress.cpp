#include <zstd.h>

#include <algorithm>
#include <thread>

#include "base/handle.hpp"
#include "gzip.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"

namespace rootlet::image {
namespace {

constexpr int default_zstd_level = 9;
constexpr int max_zstd_level = 19;  // beyond, readers need much memory and may refuse

constexpr int zstd_job = 1 << 23;

class PlainSink final : public Sink {
 public:
  explicit PlainSink(Sink& next) : next_(next) {}
  void write(std::string_view bytes) override { next_.write(bytes); }
  void finish() override {}

 private:
  Sink& next_;
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

std::unique_ptr<Sink> make_compressor(const CompressOptions& options, Sink& next) {
  check_level(options.compression, options.level);
  // More threads than this only take memory: reading and hashing do not keep up.
  const unsigned threads =
      options.threads != 0 ? options.threads : std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
  switch (options.compression) {
    case Compression::gzip: return std::make_unique<GzipSink>(options.level, threads, options.ready, next);
    case Compression::zstd:
      return std::make_unique<ZstdSink>(options.level == 0 ? default_zstd_level : options.level, threads, next);
    case Compression::none: break;
  }
  return std::make_unique<PlainSink>(next);
}

}  // namespace rootlet::image
