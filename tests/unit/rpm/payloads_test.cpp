#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "../../support/images.hpp"
#include "base/child.hpp"
#include "base/descriptors.hpp"
#include "base/digest.hpp"
#include "rpm/block_pool.hpp"
#include "rpm/payload_service.hpp"
#include "rpm/payloads_ahead.hpp"
#include "stream/source.hpp"

namespace rootlet::rpm {
namespace {

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U), static_cast<char>(value >> 8U),
          static_cast<char>(value)};
}

/// A package with nothing but the name of a compressor in its header.
std::string head_of(const std::string& compressor) {
  const std::string magic("\x8e\xad\xe8\x01\0\0\0\0", 8);
  const std::string entry = big_endian(1125) + big_endian(6) + big_endian(0) + big_endian(1);
  const std::string data = compressor + '\0';
  return "\xed\xab\xee\xdb" + std::string(92, '\0') + magic + big_endian(0) + big_endian(0) + magic + big_endian(1) +
         big_endian(static_cast<std::uint32_t>(data.size())) + entry + data;
}

std::string zstd(const std::string& plain) { return made::compressed(plain, image::Compression::zstd); }

/// Packages in files of their own.
class Packages {
 public:
  void add(const std::string& compressor, const std::string& payload) {
    files_.push_back(in_memory(head_of(compressor) + payload));
    open.push_back({files_.back().get(), "package"});
  }
  std::vector<OpenPackage> open;

 private:
  std::vector<Fd> files_;
};

/// Digest of the payload of a package that was read through a pipe, unpacked.
std::string payload_of(const Fd& pipe, const std::string& compressor) {
  const std::string all = read_all(pipe);
  const std::string head = head_of(compressor);
  REQUIRE(all.starts_with(head));
  const std::string packed = all.substr(head.size());
  stream::TextSource source(packed);
  const auto plain = stream::unpacked(source, packed.size(), std::uint64_t{1} << 40U);
  std::string text;
  for (auto piece = plain->next(stream::piece_size); !piece.empty(); piece = plain->next(stream::piece_size))
    text += piece;
  return digest_of(text);
}

TEST_CASE("packages come in their order, whatever they are packed with, and more than memory holds") {
  Packages packages;
  std::vector<std::string> plain;
  for (int i = 0; i < 12; ++i) {
    plain.emplace_back(i == 5 ? BlockPool::size + 12345 : 1000U * static_cast<unsigned>(i), static_cast<char>('a' + i));
    packages.add(i % 2 == 0 ? "gzip" : "zstd", i % 2 == 0 ? made::gzipped(plain.back()) : zstd(plain.back()));
  }
  for (const std::size_t threads : {1U, 3U}) {
    PayloadsAhead payloads(packages.open, threads);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      INFO(i);
      CHECK(payload_of(payloads.open(i), i % 2 == 0 ? "gzip" : "zstd") == digest_of(plain[i]));
    }
  }
}

TEST_CASE("what is passed over, or not read to its end, holds up nothing") {
  Packages packages;
  const std::string large(BlockPool::size + 1000, 'x');
  for (int i = 0; i < 6; ++i) packages.add("zstd", zstd(large));
  PayloadsAhead payloads(packages.open, 2);
  Fd kept = payloads.open(1);
  const std::string begin = read_some(kept);
  CHECK(begin.starts_with(head_of("zstd")));
  // As a process that a scriptlet has left behind would have it.
  const Fd copy(dup(kept.get()));
  kept.reset();
  CHECK(payload_of(payloads.open(4), "zstd") == digest_of(large));
  CHECK_FALSE(payloads.open(2));
}

TEST_CASE("librpm reads the file of what is not as its header says, or cannot be stored") {
  Packages packages;
  packages.add("xz", made::gzipped("a"));
  packages.add("bzip2", "BZh91AY&SY");
  packages.add("lzma", "x");
  packages.add("zstd", zstd("b"));
  PayloadsAhead payloads(packages.open, 1);
  for (const std::size_t place : {0U, 1U, 2U}) CHECK_FALSE(payloads.open(place));
  CHECK(payload_of(payloads.open(3), "zstd") == digest_of("b"));
}

TEST_CASE("a damaged payload ends early, and the cause is told") {
  Packages packages;
  packages.add("gzip", made::gzipped(std::string(1'000'000, 'a')).substr(0, 600));
  PayloadsAhead payloads(packages.open, 1);
  const std::string all = read_all(payloads.open(0));
  CHECK(all.starts_with(head_of("gzip")));
  CHECK(payloads.problem(0) == "the compressed data end too early");
}

TEST_CASE("a process of its own serves payloads, and without one there are none") {
  Packages packages;
  std::vector<std::string> plain;
  for (int i = 0; i < 20; ++i) {  // more than the descriptors of one message
    plain.emplace_back(100'000U * static_cast<unsigned>(i), 'a');
    packages.add("zstd", zstd(plain.back()));
  }
  packages.add("gzip", made::gzipped("a").substr(0, 15));
  SocketPair sockets = make_socket_pair();
  std::thread server([socket = std::move(sockets.second)] { serve_payloads(socket.get()); });
  {
    PayloadClient client(sockets.first.get(), packages.open);
    for (std::size_t i = 0; i < plain.size(); ++i) CHECK(payload_of(client.open(i), "zstd") == digest_of(plain[i]));
    CHECK(client.problem(0).empty());
    read_all(client.open(plain.size()));
    CHECK_FALSE(client.problem(plain.size()).empty());
  }
  sockets.first.reset();
  server.join();

  SocketPair nobody = make_socket_pair();
  nobody.second.reset();
  PayloadClient alone(nobody.first.get(), packages.open);
  CHECK_FALSE(alone.open(0));
  CHECK(alone.problem(0).empty());
  CHECK_FALSE(PayloadClient(-1, packages.open).open(0));

  SocketPair ended = make_socket_pair();  // who ends at once
  std::thread once([socket = std::move(ended.second)]() mutable {
    std::uint32_t count = 0;
    static_cast<void>(recv(socket.get(), &count, sizeof count, MSG_WAITALL));
    socket.reset();
  });
  const std::vector<OpenPackage> many(10'000, packages.open.front());
  CHECK_FALSE(PayloadClient(ended.first.get(), many).open(0));
  once.join();
}

}  // namespace
}  // namespace rootlet::rpm
