#pragma once

#include <string>
#include <vector>

#include "rootlet/files.hpp"

namespace rootlet::inspect {

/// Reads container-manifest-2 of distroless RPM images (Azure Linux): a line a package, its fields separated by tabs:
/// name, version-release, install time, build time, vendor, epoch, size in bytes, architecture, epoch number, source
/// package. Sorted by NEVRA. Numbers and texts that rpm did not know, "(none)", count as 0 and as empty. What is no
/// line of a package is passed over; `warnings` names it, by `name` and the line's number, and tells of sizes that are
/// not known.
std::vector<InstalledPackage> read_manifest(const std::string& text, const std::string& name,
                                            std::vector<std::string>& warnings);

}  // namespace rootlet::inspect
