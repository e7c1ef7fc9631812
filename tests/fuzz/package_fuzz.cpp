#include <rpm/rpmlog.h>

#include "input.hpp"
#include "rpm/header.hpp"
#include "rpm/package_bytes.hpp"

/// Package files: lead, signature header and header; by ourselves, and by librpm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const rootlet::fuzz::Input input(data, size);
  rootlet::fuzz::tolerate_errors([&] {
    const rootlet::rpm::PackageBytes package = rootlet::rpm::read_package_bytes({input.fd(), "input"});
    if (package.header_end > size || package.header_begin > package.header_end) std::abort();
  });
  rootlet::fuzz::tolerate_errors([&] { (void)rootlet::rpm::read_header({input.fd(), "input"}, {false, {"de"}}); });
  rpmlogClose();  // librpm keeps all that it said
  return 0;
}
