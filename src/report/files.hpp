#pragma once

namespace rootlet::report {

/// Where nothing tells the packages, costs of files say so.
inline constexpr const char* unknown_packages = "packages: nothing tells which ones the files are of";

}  // namespace rootlet::report
