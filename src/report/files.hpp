#pragma once

namespace rootlet::report {

/// Note on costs of files where nothing tells the packages.
inline constexpr const char* unknown_packages = "packages: nothing tells which ones the files are of";

}  // namespace rootlet::report
