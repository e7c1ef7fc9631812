#include "input.hpp"
#include "inspect/manifest.hpp"
#include "installed/install_record.hpp"

/// Records of packages in a root without a database of RPM's: the manifest of a distroless image, DNF 5's packages and
/// groups, yum's notes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rootlet;
  const std::vector<std::string> parts = fuzz::parts(data, size, 4);
  std::vector<std::string> warnings;
  for (const InstalledPackage& package : inspect::read_manifest(parts[0], "manifest", warnings)) {
    if (package.nevra.name.empty() || package.nevra.version.empty() || package.nevra.release.empty()) std::abort();
  }
  installed::Tree dnf;
  dnf.files.contents = {{"/usr/lib/sysimage/libdnf5/packages.toml", parts[1]},
                        {"/usr/lib/sysimage/libdnf5/groups.toml", parts[2]}};
  static_cast<void>(installed::install_record(dnf, warnings));
  installed::Tree yum;
  for (const std::string& line : fuzz::lines(parts[3])) {
    yum.files.contents["/var/lib/yum/yumdb/" + line + "/reason"] = line;
  }
  static_cast<void>(installed::install_record(yum, warnings));
  if (warnings.size() > 20) std::abort();
  return 0;
}
