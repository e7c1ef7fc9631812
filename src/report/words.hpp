#pragma once

namespace rootlet::report {

/// Stands above the packages that do not stay in the root.
inline constexpr const char* build_only_heading = "in the build only:\n";

}  // namespace rootlet::report
