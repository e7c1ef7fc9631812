#include "advisories/documents.hpp"
#include "input.hpp"

/// Documents of OSV and CSAF.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rootlet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (auto* read : {&advisories::read_osv, &advisories::read_csaf}) {
    fuzz::tolerate_errors([&] {
      const advisories::ReadDocuments documents = read(text);
      for (const Advisory& one : documents.list) {
        if (one.id.empty()) std::abort();
        for (const AdvisoryCollection& collection : one.collections) {
          for (const FixedPackage& package : collection.packages) {
            if (package.nevra.name.empty() || package.nevra.version.empty()) std::abort();
          }
        }
      }
      if (documents.passed_over.size() > 2) std::abort();
    });
  }
  return 0;
}
