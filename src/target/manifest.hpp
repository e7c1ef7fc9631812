#pragma once

#include <string>
#include <vector>

#include "rootlet/model/installed.hpp"

namespace rootlet::target {

/// Reads container-manifest-2 of distroless RPM images (Azure Linux): a line a package, its fields separated by tabs:
/// name, version-release, install time, build time, vendor, epoch, size in bytes, architecture, epoch number, source
/// package. Sorted by NEVRA. `name` is for messages.
/// Error: a line that is not of that form, with its number.
std::vector<InstalledPackage> read_manifest(const std::string& text, const std::string& name);

}  // namespace rootlet::target
