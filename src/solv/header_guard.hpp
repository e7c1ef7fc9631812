#pragma once

#include <string>

namespace rootlet::solv {

/// Looks at the dependencies in a package file's header. What is no package file is left to libsolv.
/// Errors: one is longer than rich_limits.hpp allows; several share their bytes.
void refuse_long_dependencies(const std::string& file);

}  // namespace rootlet::solv
