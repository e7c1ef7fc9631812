#include "input.hpp"
#include "rpm/package_bytes.hpp"

/// Package files: lead, signature header and header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const rootlet::fuzz::Input input(data, size);
  rootlet::fuzz::tolerate_errors([&] {
    const rootlet::rpm::PackageBytes package = rootlet::rpm::read_package_bytes({input.fd(), "input"});
    if (package.header_end > size || package.header_begin > package.header_end) std::abort();
  });
  return 0;
}
