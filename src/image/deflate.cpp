#include "deflate.hpp"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>

#include "base/handle.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {

struct BlockDeflater::Libraries {
  Handle<libdeflate_compressor, libdeflate_free_compressor> compressor;
  z_stream inflater{};
  std::string scratch;  // what the inflater unpacks, thrown away

  explicit Libraries(int level) : compressor(libdeflate_alloc_compressor(level)), scratch(1U << 16U, '\0') {
    if (!compressor) throw Error("libdeflate offers no level " + std::to_string(level));
    if (inflateInit2(&inflater, -MAX_WBITS) != Z_OK) throw Error("cannot start zlib");
  }
  ~Libraries() { inflateEnd(&inflater); }
  Libraries(const Libraries&) = delete;
  Libraries& operator=(const Libraries&) = delete;

  unsigned unmark_final(std::string& stream);
};

BlockDeflater::BlockDeflater(int level) : libraries_(std::make_unique<Libraries>(level)) {}
BlockDeflater::~BlockDeflater() = default;

/// Clears the final bit of the stream's last block and returns how many bits of its last byte are unused.
/// Where that block begins only a decoder can tell; zlib stops at each block when asked to (Z_BLOCK).
unsigned BlockDeflater::Libraries::unmark_final(std::string& stream) {
  if (inflateReset(&inflater) != Z_OK) throw Error("cannot start zlib");
  // Only this function's clearing of one bit changes the input, and only after zlib has read that byte.
  auto* const input = reinterpret_cast<unsigned char*>(stream.data());
  inflater.next_in = input;
  inflater.avail_in = static_cast<uInt>(stream.size());
  std::size_t header = 0;  // bit position of the block being read
  for (;;) {
    inflater.next_out = reinterpret_cast<unsigned char*>(scratch.data());
    inflater.avail_out = static_cast<uInt>(scratch.size());
    if (inflate(&inflater, Z_BLOCK) != Z_OK) {
      throw Error("cannot join compressed blocks: zlib does not read what libdeflate wrote");
    }
    const auto state = static_cast<unsigned>(inflater.data_type);
    const bool at_end_of_block = (state & 128U) != 0;
    if (!at_end_of_block) continue;
    const unsigned unused = state & 31U;
    if ((state & 64U) != 0) {  // it was the last block
      input[header / 8] = static_cast<unsigned char>(input[header / 8] & ~(1U << (header % 8)));
      return unused;
    }
    header = static_cast<std::size_t>(inflater.next_in - input) * 8 - unused;
  }
}

std::string BlockDeflater::compress(std::string_view block) {
  libdeflate_compressor* const compressor = libraries_->compressor.get();
  std::string out(libdeflate_deflate_compress_bound(compressor, block.size()), '\0');
  out.resize(libdeflate_deflate_compress(compressor, block.data(), block.size(), out.data(), out.size()));
  if (out.empty()) throw Error("libdeflate did not compress a block");
  // An empty stored block (RFC 1951, 3.2.4) takes the stream to a byte boundary: three bits, padding, its length.
  if (libraries_->unmark_final(out) < 3) out += '\0';
  out.append("\x00\x00\xff\xff", 4);
  return out;
}

std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

}  // namespace rootlet::image
