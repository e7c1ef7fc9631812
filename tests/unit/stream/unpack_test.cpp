#include <bzlib.h>
#include <lzma.h>

#include <catch2/catch.hpp>

#include "../../support/images.hpp"
#include "rootlet/error.hpp"
#include "stream/source.hpp"

namespace rootlet::test {
namespace {

using Catch::Contains;

std::string xz(const std::string& plain) {
  std::string packed(lzma_stream_buffer_bound(plain.size()), '\0');
  std::size_t size = 0;
  REQUIRE(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(plain.data()),
                                  plain.size(), reinterpret_cast<std::uint8_t*>(packed.data()), &size,
                                  packed.size()) == LZMA_OK);
  return packed.substr(0, size);
}

std::string bzip2(std::string plain) {
  std::string packed(plain.size() + plain.size() / 100 + 601, '\0');  // as its manual has it
  auto size = static_cast<unsigned>(packed.size());
  REQUIRE(BZ2_bzBuffToBuffCompress(packed.data(), &size, plain.data(), static_cast<unsigned>(plain.size()), 1, 0, 0) ==
          BZ_OK);
  return packed.substr(0, size);
}

std::string zstd(const std::string& plain) { return made::compressed(plain, image::Compression::zstd); }

struct Format {
  std::string name;
  std::string (*packed)(const std::string& plain);
};
const std::vector<Format> formats = {
    {"gzip", [](const std::string& plain) { return made::gzipped(plain); }},
    {"zstd", zstd},
    {"xz", xz},
    {"bzip2", [](const std::string& plain) { return bzip2(plain); }},
};

/// Bytes in pieces of a length at most, as a network or a pipe gives them.
class Pieces final : public stream::Source {
 public:
  Pieces(std::string_view bytes, std::size_t length) : left_(bytes), length_(length) {}
  std::string_view next(std::size_t most) override {
    const std::string_view piece = left_.substr(0, std::min(most, length_));
    left_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view left_;
  std::size_t length_;
};

std::string unpack(std::string_view packed, std::size_t length, std::size_t most = stream::piece_size) {
  Pieces from(packed, length);
  const std::unique_ptr<stream::Source> source = stream::unpacked(from, packed.size(), 1U << 30U);
  std::string plain;
  for (;;) {
    const std::string_view piece = source->next(most);
    if (piece.empty()) break;
    plain += piece;
  }
  CHECK(source->next(most).empty());  // and from then on
  return plain;
}

/// Text that packs neither to nothing nor not at all, the same each time.
std::string text(std::size_t size) {
  std::string text;
  for (std::uint32_t state = 1; text.size() < size; state = state * 1664525U + 1013904223U) {
    text += "line " + std::to_string(state >> 24U) + (state % 7 == 0 ? "\n" : " ");
  }
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("packed data come out as they were, in one part and in several, however they arrive") {
  const std::string large = text(900'000);  // more than the buffer holds
  const std::string zeros(1'000'000, '\0');
  for (const Format& format : formats) {
    INFO(format.name);
    for (const std::string& plain : {std::string(), std::string("x"), large, zeros}) {
      const std::string packed = format.packed(plain);
      CHECK(unpack(packed, packed.size()) == plain);
      CHECK(unpack(packed, 7, 100'003) == plain);
      CHECK(unpack(packed + format.packed("and more"), packed.size()) == plain + "and more");
      CHECK(unpack(format.packed("first") + packed, 1000) == "first" + plain);
    }
  }
  CHECK(unpack(large, 1000, 77) == large);  // not packed
}

TEST_CASE("packed data that are cut short anywhere are an error") {
  const std::string plain = text(300);
  for (const Format& format : formats) {
    const std::string packed = format.packed(plain);
    const std::string two = packed + packed;
    // Of fewer bytes the format is not known. Where one part ends and none begins, all is well.
    for (std::size_t size = 10; size < two.size(); ++size) {
      if (size == packed.size()) continue;
      INFO(format.name << ", " << size << " of " << two.size() << " bytes");
      CHECK_THROWS_WITH(unpack(std::string_view(two).substr(0, size), 50),
                        Contains("the compressed data end too early"));
    }
  }
}

TEST_CASE("what follows packed data and is none is an error") {
  for (const Format& format : formats) {
    INFO(format.name);
    CHECK_THROWS_WITH(unpack(format.packed("x") + "rubbish, and more of it", 1000),
                      Contains("the " + format.name + " data are damaged"));
  }
}

}  // namespace rootlet::test
