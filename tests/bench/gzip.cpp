// Measures ways of making a gzip file from a layer's tar: `bench_gzip layer.tar [WAY]`, where WAY selects lines of the
// table by their beginning, as in "zlib, one member 6". Built with -DROOTLET_BENCH=ON. Times are the best of three.
//
// Each way cuts the input into blocks of a fixed size and compresses them on one and on two threads. "members": each
// block is a gzip member of its own; "one member": the blocks are joined into one deflate stream.
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/fs.hpp"
#include "image/deflate.hpp"
#include "rootlet/error.hpp"

namespace {

using Block = std::string_view;
/// Compresses one block; `before` is what precedes it in the input.
using Compress = std::function<std::string(Block before, Block block)>;

constexpr std::size_t dictionary_size = 32768;

std::string zlib_block(Block before, Block block, int level) {
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
  if (!before.empty()) {
    const Block dictionary = before.substr(before.size() - std::min(before.size(), dictionary_size));
    deflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(dictionary.data()),
                         static_cast<uInt>(dictionary.size()));
  }
  std::string out(deflateBound(&stream, block.size()) + 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(block.data()));
  stream.avail_in = static_cast<uInt>(block.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_SYNC_FLUSH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string isal_block(Block before, Block block, unsigned level) {
  static constexpr unsigned buffers[] = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
                                         ISAL_DEF_LVL3_DEFAULT};
  std::string buffer(buffers[level] + 1, '\0');
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.level = level;
  stream.level_buf = reinterpret_cast<std::uint8_t*>(buffer.data());
  stream.level_buf_size = buffers[level];
  stream.flush = SYNC_FLUSH;
  if (!before.empty()) {
    const Block dictionary = before.substr(before.size() - std::min(before.size(), dictionary_size));
    isal_deflate_set_dict(&stream, reinterpret_cast<std::uint8_t*>(const_cast<char*>(dictionary.data())),
                          static_cast<std::uint32_t>(dictionary.size()));
  }
  std::string out(block.size() + block.size() / 8 + 4096, '\0');
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(block.data()));
  stream.avail_in = static_cast<std::uint32_t>(block.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream.avail_out = static_cast<std::uint32_t>(out.size());
  isal_deflate(&stream);
  out.resize(stream.total_out);
  return out;
}

std::string libdeflate_member(Block block, int level) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(level);
  std::string out(libdeflate_gzip_compress_bound(compressor, block.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, block.data(), block.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

std::string zstd_whole(Block block, int level, int workers) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, workers);
  std::string out(ZSTD_compressBound(block.size()), '\0');
  out.resize(ZSTD_compress2(context, out.data(), out.size(), block.data(), block.size()));
  ZSTD_freeCCtx(context);
  return out;
}

/// The compressed size; blocks are handed to the threads in order.
std::size_t run(Block input, std::size_t block_size, unsigned threads, const Compress& compress) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> total{0};
  const auto work = [&] {
    for (;;) {
      const std::size_t begin = next.fetch_add(1) * block_size;
      if (begin >= input.size()) return;
      total += compress(input.substr(0, begin), input.substr(begin, block_size)).size();
    }
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  others.clear();
  return total;
}

double seconds(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double best_of_three(const std::function<void()>& action) {
  return std::min({seconds(action), seconds(action), seconds(action)});
}

/// The table of results.
class Table {
 public:
  Table(Block input, std::string wanted) : input_(input), wanted_(std::move(wanted)) {
    std::printf("input: %zu bytes\n\n", input.size());
    std::printf("| way | level | block | 1 thread, s | 2 threads, s | MB/s on 2 | size, MB | of input |\n");
    std::printf("|---|--:|---|--:|--:|--:|--:|--:|\n");
  }

  /// `compress_all` returns the size of the output.
  void line(const std::string& way, int level, const std::string& block,
            const std::function<std::size_t(unsigned threads)>& compress_all) const {
    if (!(way + " " + std::to_string(level)).starts_with(wanted_)) return;
    std::size_t size = 0;
    const double one = best_of_three([&] { size = compress_all(1); });
    const double two = best_of_three([&] { size = compress_all(2); });
    const auto bytes = static_cast<double>(input_.size());
    std::printf("| %s | %d | %s | %.2f | %.2f | %.0f | %.2f | %.1f%% |\n", way.c_str(), level, block.c_str(), one, two,
                bytes / two / 1e6, static_cast<double>(size) / 1e6, 100.0 * static_cast<double>(size) / bytes);
    std::fflush(stdout);
  }

  void blocks(const std::string& way, int level, std::size_t block_size, const Compress& compress) const {
    const std::string block = block_size >= input_.size() ? "whole" : std::to_string(block_size >> 10U) + " KiB";
    line(way, level, block, [&](unsigned threads) { return run(input_, block_size, threads, compress); });
  }

 private:
  Block input_;
  std::string wanted_;
};

void measure_all(Block input, const std::string& wanted) {
  constexpr std::size_t kib = 1024;
  const Table table(input, wanted);
  for (const int level : {1, 6, 9}) {
    const Compress compress = [level](Block before, Block block) { return zlib_block(before, block, level); };
    table.blocks("zlib, whole", level, input.size(), compress);
    table.blocks("zlib, one member", level, 128 * kib, compress);
  }
  for (const unsigned level : {1U, 2U, 3U}) {
    table.blocks("ISA-L, one member", static_cast<int>(level), 1024 * kib,
                 [level](Block before, Block block) { return isal_block(before, block, level); });
  }
  for (const int level : {1, 6, 9}) {
    const Compress compress = [level](Block, Block block) { return libdeflate_member(block, level); };
    table.blocks("libdeflate, members", level, 1024 * kib, compress);
    if (level == 6) table.blocks("libdeflate, members", level, input.size(), compress);
  }
  const auto joined = [&](int level, std::size_t size) {
    table.blocks("libdeflate, one member", level, size,
                 [level](Block, Block block) { return rootlet::image::BlockDeflater(level).compress(block); });
  };
  for (const std::size_t size : {256 * kib, 512 * kib, 4096 * kib}) joined(6, size);
  for (const int level : {1, 3, 4, 5, 6, 7, 9, 10}) joined(level, 1024 * kib);
  for (const int level : {1, 3, 6, 9, 12}) {
    table.line("zstd", level, "its own",
               [&](unsigned threads) { return zstd_whole(input, level, static_cast<int>(threads)).size(); });
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2 && count != 3) {
    std::fputs("usage: bench_gzip FILE [WAY]\n", stderr);
    return 2;
  }
  measure_all(rootlet::read_file(arguments[1]), count == 3 ? arguments[2] : "");
  return 0;
} catch (const rootlet::Error& error) {
  std::fprintf(stderr, "bench_gzip: %s\n", error.what());
  return 1;
}
