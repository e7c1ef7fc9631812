#include "../support/images.hpp"
#include "image/untar.hpp"
#include "input.hpp"
#include "installed/tree.hpp"
#include "rootlet/target.hpp"

namespace {

using namespace rootlet;

/// Makes the checksums of all headers right, so that changes elsewhere are looked at.
std::string sealed(std::string bytes) {
  for (std::size_t at = 0; at + 512 <= bytes.size(); at += 512) {
    if (bytes.compare(at + 257, 5, "ustar") != 0) continue;
    std::string header = bytes.substr(at, 512);
    made::seal(header);
    bytes.replace(at, 512, header);
  }
  return bytes;
}

/// What comes out of holes is bounded by what is looked at here, not by what they claim.
void read_tar(std::string_view bytes) {
  stream::TextSource source(bytes);
  const auto plain = stream::unpacked(source, bytes.size(), 1'000'000);
  image::TarReader tar(*plain);
  image::LayerEntry entry;
  while (tar.read(entry)) {
    if (entry.path.find('\0') != std::string::npos || entry.mode > 07777) std::abort();
    std::uint64_t size = 0;
    for (int pieces = 0; pieces < 100; ++pieces) {
      const std::size_t got = tar.next().size();
      size += got;
      if (got == 0 && size != entry.size) std::abort();
      if (got == 0) break;
    }
  }
}

}  // namespace

/// Tars as layers, and as archives of images.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = sealed({reinterpret_cast<const char*>(data), size});
  fuzz::tolerate_errors([&] { read_tar(bytes); });
  const fuzz::Input input(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  installed::ReadOptions options;
  options.depth = installed::Depth::contents;
  options.unpacked_limit = 1'000'000;
  Progress silent;
  fuzz::tolerate_errors([&] { (void)installed::read_image(input.path(), options, silent); });
  fuzz::tolerate_errors([&] { (void)inspect::form_of(input.path()); });
  return 0;
}
