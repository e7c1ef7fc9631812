// Measures ways of making a gzip file from a layer's tar: `bench_gzip layer.tar`. Built with -DROOTLET_BENCH=ON.
//
// Each way cuts the input into blocks of a fixed size and compresses them on one and on two threads. "members": each
// block is a gzip member of its own; "one member": the blocks are joined into one deflate stream.
#include <isa-l/igzip_lib.h>
#include <libdeflate.h>
#include <zlib.h>
#include <zstd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "../../src/image/deflate.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"

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

/// Processor time, which other programs disturb less than the wall clock.
double cpu_seconds(const std::function<void()>& action) {
  const std::clock_t start = std::clock();
  action();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

double seconds(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(const char* name, int level, Block input, std::size_t block_size, const Compress& compress) {
  std::size_t size = 0;
  const double one = cpu_seconds([&] { size = run(input, block_size, 1, compress); });
  const double two = seconds([&] { size = run(input, block_size, 2, compress); });
  const std::string block = block_size >= input.size() ? "whole" : std::to_string(block_size >> 10U) + " KiB";
  std::printf("| %s | %d | %s | %.2f | %.2f | %.0f | %.2f | %.1f%% |\n", name, level, block.c_str(), one, two,
              static_cast<double>(input.size()) / two / 1e6, static_cast<double>(size) / 1e6,
              100.0 * static_cast<double>(size) / static_cast<double>(input.size()));
  std::fflush(stdout);
}

void measure_all(Block input) {
  constexpr std::size_t kib = 1024;
  std::printf("input: %zu bytes\n\n", input.size());
  std::printf("| way | level | block | 1 thread, CPU s | 2 threads, s | MB/s on 2 | size, MB | of input |\n");
  std::printf("|---|--:|---|--:|--:|--:|--:|--:|\n");
  for (const int level : {1, 6, 9}) {
    measure("zlib, whole", level, input, input.size(),
            [level](Block before, Block block) { return zlib_block(before, block, level); });
  }
  for (const int level : {1, 6, 9}) {
    measure("zlib, one member", level, input, 128 * kib,
            [level](Block before, Block block) { return zlib_block(before, block, level); });
  }
  for (const unsigned level : {1U, 2U, 3U}) {
    measure("ISA-L, one member", static_cast<int>(level), input, 1024 * kib,
            [level](Block before, Block block) { return isal_block(before, block, level); });
  }
  for (const int level : {1, 6, 9}) {
    measure("libdeflate, members", level, input, 1024 * kib,
            [level](Block, Block block) { return libdeflate_member(block, level); });
  }
  measure("libdeflate, members", 6, input, input.size(),
          [](Block, Block block) { return libdeflate_member(block, 6); });
  for (const std::size_t size : {256 * kib, 512 * kib, 1024 * kib, 4096 * kib}) {
    measure("libdeflate, one member", 6, input, size,
            [](Block, Block block) { return rootlet::image::BlockDeflater(6).compress(block); });
  }
  for (const int level : {1, 3, 4, 5, 7, 9, 10}) {
    measure("libdeflate, one member", level, input, 1024 * kib,
            [level](Block, Block block) { return rootlet::image::BlockDeflater(level).compress(block); });
  }
  for (const int level : {1, 3, 6, 9, 12}) {
    std::size_t size = 0;
    const double one = cpu_seconds([&] { size = zstd_whole(input, level, 1).size(); });
    const double two = seconds([&] { size = zstd_whole(input, level, 2).size(); });
    std::printf("| zstd, its own threads | %d | its own | %.2f | %.2f | %.0f | %.2f | %.1f%% |\n", level, one, two,
                static_cast<double>(input.size()) / two / 1e6, static_cast<double>(size) / 1e6,
                100.0 * static_cast<double>(size) / static_cast<double>(input.size()));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 2) {
    std::fputs("usage: bench_gzip FILE\n", stderr);
    return 2;
  }
  measure_all(rootlet::read_file(arguments[1]));
  return 0;
} catch (const rootlet::Error& error) {
  std::fprintf(stderr, "bench_gzip: %s\n", error.what());
  return 1;
}
