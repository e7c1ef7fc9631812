#include "input.hpp"
#include "inspect/sbom.hpp"
#include "rootlet/sbom.hpp"

namespace {

using namespace rootlet;

/// Facts that must be the same when an SBOM is written and read again.
bool same(const Sbom& a, const Sbom& b) {
  const auto same_package = [](const SbomPackage& x, const SbomPackage& y) {
    return x.nevra == y.nevra && x.role == y.role;
  };
  return std::equal(a.packages.begin(), a.packages.end(), b.packages.begin(), b.packages.end(), same_package) &&
         a.edges == b.edges && a.asked_for == b.asked_for && a.dependencies_known == b.dependencies_known;
}

}  // namespace

/// SBOMs in all formats; one that can be read can be written in each, and says the same when it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)sbom::is_document(text);
  fuzz::tolerate_errors([&] {
    const Sbom read = sbom::read(text).sbom;
    for (const auto part : {analysis::Part::staying, analysis::Part::whole}) (void)inspect::graph_of(read, part);
    for (const std::string_view name : sbom::format_names) {
      const std::string written = sbom::document(read, *sbom::format_of(name));
      if (!sbom::is_document(written.substr(0, 4096)) || !same(sbom::read(written).sbom, read)) std::abort();
    }
  });
  return 0;
}
