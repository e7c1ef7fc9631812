#include "input.hpp"
#include "rpm/ndb.hpp"

/// Databases of ndb.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  rootlet::fuzz::tolerate_errors([&] {
    for (const std::string_view header : rootlet::rpm::ndb_headers(file)) {
      if (header.data() < file.data() || header.data() + header.size() > file.data() + file.size()) std::abort();
    }
  });
  return 0;
}
