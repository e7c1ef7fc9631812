#include "rpm/version.hpp"

#include <rpm/rpmver.h>

#include "base/handle.hpp"

namespace rootlet::rpm {

int compare_versions(const Nevra& a, const Nevra& b) {
  using Version = Handle<std::remove_pointer_t<rpmver>, rpmverFree>;
  const auto version_of = [](const Nevra& nevra) {
    // librpm makes nothing of a version that is empty; "~" is as little, being less than any other.
    const char* version = *nevra.version.c_str() == '\0' ? "~" : nevra.version.c_str();
    return Version(rpmverNew(std::to_string(nevra.epoch).c_str(), version, nevra.release.c_str()));
  };
  return rpmverCmp(version_of(a).get(), version_of(b).get());
}

}  // namespace rootlet::rpm
