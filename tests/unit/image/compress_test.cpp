#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <random>

#include "image/deflate.hpp"
#include "image/sink.hpp"
#include "rootlet/error.hpp"
#include "support.hpp"

using namespace rootlet;
using image::Compression;

namespace {

class Memory final : public image::Sink {
 public:
  void write(std::string_view bytes) override { bytes_ += bytes; }
  void finish() override {}
  std::string bytes_;
};

/// Runs of words, zeros and noise, as in a tar of programs.
std::string sample(std::size_t size) {
  std::mt19937 random(7);
  std::string out;
  while (out.size() < size) {
    const auto kind = random() % 8;
    const std::size_t length = random() % 5000;
    if (kind == 0) {
      out.append(length * 4, '\0');
    } else if (kind == 1) {
      for (std::size_t i = 0; i < length; ++i) out += static_cast<char>(random());
    } else {
      for (std::size_t i = 0; i < length / 8; ++i) out += "word" + std::to_string(random() % 300) + " ";
    }
  }
  out.resize(size);
  return out;
}

std::string compressed(std::string_view bytes, Compression compression, int level, unsigned threads,
                       std::size_t piece = 100'000) {
  Memory memory;
  const auto compressor = image::make_compressor({compression, level, threads}, memory);
  for (std::size_t begin = 0; begin < bytes.size(); begin += piece) compressor->write(bytes.substr(begin, piece));
  compressor->finish();
  return memory.bytes_;
}

/// Decodes one gzip member with zlib; nothing may follow it.
std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string copy = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  std::string out;
  std::string buffer(1U << 20U, '\0');
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, 0, buffer.size() - stream.avail_out);
  }
  CHECK(status == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  inflateEnd(&stream);
  return out;
}

std::string unzstd(const std::string& bytes, std::size_t size) {
  std::string out(size + 1, '\0');
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  REQUIRE(ZSTD_isError(got) == 0);
  out.resize(got);
  return out;
}

constexpr std::size_t mib = 1U << 20U;

}  // namespace

TEST_CASE("gzip output is one member that zlib reads, for sizes around the block's") {
  const std::string bytes = sample(3 * mib + 17);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{511}, mib - 1, mib, mib + 1, 2 * mib, bytes.size()}) {
    const std::string part = bytes.substr(0, size);
    const bool same = gunzip(compressed(part, Compression::gzip, 0, 2)) == part;
    CHECK(same);
  }
}

TEST_CASE("gzip output is read back at each level, of noise and of zeros, too") {
  const std::string bytes = sample(mib + 12345);
  for (int level = 1; level <= 12; ++level) {
    const bool same = gunzip(compressed(bytes, Compression::gzip, level, 2)) == bytes;
    CHECK(same);
  }
  const std::string zeros(3 * mib, '\0');
  const bool same_zeros = gunzip(compressed(zeros, Compression::gzip, 0, 2)) == zeros;
  CHECK(same_zeros);
  std::mt19937 random(1);
  std::string noise;
  for (std::size_t i = 0; i < 2 * mib; ++i) noise += static_cast<char>(random());
  const bool same_noise = gunzip(compressed(noise, Compression::gzip, 0, 2)) == noise;
  CHECK(same_noise);
}

TEST_CASE("blocks of every small size end at a byte boundary and join") {
  const std::string bytes = sample(3000);
  image::BlockDeflater deflater(6);
  std::string stream;
  std::string input;
  for (std::size_t size = 1; size < 400; ++size) {
    const std::string block = bytes.substr(size, size);
    stream += deflater.compress(block);
    input += block;
  }
  stream += image::deflate_end;
  std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  gzip += stream;
  const std::uint32_t crc = image::crc32(0, input);
  for (const std::uint32_t value : {crc, static_cast<std::uint32_t>(input.size())}) {
    for (unsigned shift = 0; shift < 32; shift += 8) gzip += static_cast<char>(value >> shift);
  }
  CHECK(gunzip(gzip) == input);
}

TEST_CASE("the number of threads and the pieces of the input do not show in compressed output") {
  const std::string bytes = sample(20 * mib);
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const int level = 1;
    const std::string one = compressed(bytes, compression, level, 1);
    for (const unsigned threads : {2U, 3U, 8U}) {
      const bool same = compressed(bytes, compression, level, threads, 333'333 * threads) == one;
      CHECK(same);
    }
  }
}

TEST_CASE("zstd output is read back and carries a checksum") {
  const std::string bytes = sample(9 * mib);
  const std::string packed = compressed(bytes, Compression::zstd, 0, 2);
  const bool same = unzstd(packed, bytes.size()) == bytes;
  CHECK(same);
  CHECK((static_cast<unsigned char>(packed[4]) & 4U) != 0);  // RFC 8878, 3.1.1.1.1: Content_Checksum_flag
  CHECK(unzstd(compressed("", Compression::zstd, 0, 1), 0).empty());
}

TEST_CASE("a level that does not exist is a usage error") {
  Memory memory;
  CHECK_THROWS_WITH(image::make_compressor({Compression::gzip, 13, 1}, memory), "compression level 13 does not exist");
  CHECK_THROWS_AS(image::make_compressor({Compression::zstd, 20, 1}, memory), Error);
  CHECK_THROWS_AS(image::make_compressor({Compression::gzip, -1, 1}, memory), Error);
}
