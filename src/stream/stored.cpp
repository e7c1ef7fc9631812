#include "stored.hpp"

#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "rootlet/error.hpp"

namespace rootlet::stream {
namespace {

std::string little_endian(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8U * i & 0xffU);
  return out;
}

/// Calls `each` with parts of at most `most` bytes.
template <class Each>
void in_parts(std::string_view all, std::size_t most, Each each) {
  for (; !all.empty(); all.remove_prefix(std::min(most, all.size()))) each(all.substr(0, most));
}

class StoredGzip final : public StoredForm {
 public:
  void begin(Room& to) override { to.append({"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10}); }

  void piece(std::string_view plain, Room& to) override {
    size_ += plain.size();
    crc_ = ::crc32_z(crc_, reinterpret_cast<const Bytef*>(plain.data()), plain.size());
    in_parts(plain, 0xffff, [&](std::string_view part) {  // RFC 1951, 3.2.4
      to.append('\0' + little_endian(part.size(), 2) + little_endian(~part.size(), 2));
      to.append(part);
    });
  }

  void end(Room& to) override {
    to.append({"\x01\0\0\xff\xff", 5});
    to.append(little_endian(crc_, 4) + little_endian(size_, 4));
  }

 private:
  uLong crc_ = 0;
  std::uint64_t size_ = 0;
};

/// One stream of one block without checksums, whose LZMA2 chunks are not compressed.
class StoredXz final : public StoredForm {
 public:
  StoredXz() {
    flags_.check = block_.check = LZMA_CHECK_NONE;
    dictionary_.dict_size = LZMA_DICT_SIZE_MIN;
    filters_ = {{{LZMA_FILTER_LZMA2, &dictionary_}, {LZMA_VLI_UNKNOWN, nullptr}}};
    block_.filters = filters_.data();
    block_.compressed_size = block_.uncompressed_size = LZMA_VLI_UNKNOWN;
  }

  void begin(Room& to) override {
    std::array<std::uint8_t, LZMA_STREAM_HEADER_SIZE> header{};
    check(lzma_stream_header_encode(&flags_, header.data()));
    append(to, header);
    check(lzma_block_header_size(&block_));
    std::array<std::uint8_t, LZMA_BLOCK_HEADER_SIZE_MAX> block_header{};
    check(lzma_block_header_encode(&block_, block_header.data()));
    append(to, std::span(block_header).first(block_.header_size));
    block_.compressed_size = block_.uncompressed_size = 0;
  }

  void piece(std::string_view plain, Room& to) override {
    block_.uncompressed_size += plain.size();
    const std::size_t begin = to.used;
    in_parts(plain, std::size_t{1} << 16U, [&](std::string_view part) {
      const std::size_t size = part.size() - 1;
      to.append(std::string{control_, static_cast<char>(size >> 8U), static_cast<char>(size)});
      to.append(part);
      control_ = 2;
    });
    block_.compressed_size += to.used - begin;
  }

  void end(Room& to) override {
    to.append({"\0", 1});
    ++block_.compressed_size;
    to.append(std::string_view("\0\0\0", 3).substr(0, (4 - block_.compressed_size % 4) % 4));
    check(lzma_index_append(index_.get(), nullptr, lzma_block_unpadded_size(&block_), block_.uncompressed_size));
    flags_.backward_size = lzma_index_size(index_.get());
    std::array<std::uint8_t, 32> index{};  // of one record
    std::size_t size = 0;
    check(lzma_index_buffer_encode(index_.get(), index.data(), &size, index.size()));
    append(to, std::span(index).first(size));
    std::array<std::uint8_t, LZMA_STREAM_HEADER_SIZE> footer{};
    check(lzma_stream_footer_encode(&flags_, footer.data()));
    append(to, footer);
  }

 private:
  struct Free {
    void operator()(lzma_index* index) const noexcept { lzma_index_end(index, nullptr); }
  };
  static void append(Room& to, std::span<const std::uint8_t> bytes) {
    to.append({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  static void check(lzma_ret result) {
    if (result != LZMA_OK) throw Error("liblzma cannot store data (" + std::to_string(result) + ")");
  }

  lzma_options_lzma dictionary_{};
  std::array<lzma_filter, 2> filters_{};
  lzma_stream_flags flags_{};
  lzma_block block_{};
  char control_ = 1;  // of the first chunk: it resets the dictionary
  std::unique_ptr<lzma_index, Free> index_{lzma_index_init(nullptr)};
};

/// One frame of raw blocks (RFC 8878, 3.1.1).
class StoredZstd final : public StoredForm {
 public:
  void begin(Room& to) override {
    // Neither size nor checksum of the content; a window of as much as a block may hold, 2^(10 + 7).
    to.append({"\x28\xb5\x2f\xfd\0\x38", 6});
  }

  void piece(std::string_view plain, Room& to) override {
    in_parts(plain, std::size_t{1} << 17U, [&](std::string_view part) {
      to.append(little_endian(part.size() << 3U, 3));
      to.append(part);
    });
  }

  void end(Room& to) override { to.append({"\x01\0\0", 3}); }
};

}  // namespace

void Room::append(std::string_view text) {
  if (text.size() > bytes.size() - used) throw Error("a buffer is too small");
  used += text.copy(bytes.data() + used, text.size());
}

std::unique_ptr<StoredForm> stored_form(std::string_view compressor) {
  if (compressor == "gzip") return std::make_unique<StoredGzip>();
  if (compressor == "xz") return std::make_unique<StoredXz>();
  if (compressor == "zstd") return std::make_unique<StoredZstd>();
  return nullptr;
}

}  // namespace rootlet::stream
