#include "stream/stored.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "rootlet/error.hpp"
#include "stream/source.hpp"

namespace rootlet::stream {
namespace {

std::string random_text(std::size_t size) {
  std::mt19937 random(static_cast<unsigned>(size));
  std::string text(size, '\0');
  for (char& each : text) each = static_cast<char>(random());
  return text;
}

/// `plain` in pieces, stored.
std::string stored(const std::string& compressor, const std::string& plain, std::size_t piece) {
  const auto form = stored_form(compressor);
  std::string all;
  std::vector<char> memory(piece + StoredForm::most_added);
  const auto add = [&](auto fill) {
    Room room{memory};
    fill(room);
    all += room.text();
  };
  add([&](Room& room) { form->begin(room); });
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    add([&](Room& room) { form->piece(std::string_view(plain).substr(at, piece), room); });
  }
  add([&](Room& room) { form->end(room); });
  return all;
}

std::string unpacked(const std::string& packed) {
  stream::TextSource source(packed);
  const auto plain = stream::unpacked(source, packed.size(), std::uint64_t{1} << 40U);
  std::string all;
  for (auto piece = plain->next(stream::piece_size); !piece.empty(); piece = plain->next(stream::piece_size))
    all += piece;
  return all;
}

TEST_CASE("what is stored in a format is what its library unpacks") {
  for (const std::string compressor : {"gzip", "xz", "zstd"}) {
    for (const std::size_t piece : {1U, 1000U, 65535U, 65536U, 65537U, 131072U}) {
      for (const std::size_t size : {0U, 1U, 65535U, 65536U, 131072U, 131073U, 300000U}) {
        if (size / piece > 5000) continue;
        INFO(compressor << ", " << size << " bytes in pieces of " << piece);
        const std::string plain = random_text(size);
        const std::string packed = stored(compressor, plain, piece);
        CHECK(unpacked(packed) == plain);
        CHECK(packed.size() <= plain.size() + StoredForm::most_added * (2 + size / piece + 1));
      }
    }
  }
}

TEST_CASE("there are formats that cannot store") {
  for (const std::string compressor : {"bzip2", "lzma", "", "none"}) CHECK(stored_form(compressor) == nullptr);
}

TEST_CASE("more than a buffer has room for is an error and not written") {
  std::array<char, 4> memory{};
  Room room{memory};
  room.append("abc");
  CHECK_THROWS_AS(room.append("de"), Error);
  CHECK(room.text() == "abc");
}

}  // namespace
}  // namespace rootlet::stream
