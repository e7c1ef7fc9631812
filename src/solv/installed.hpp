#pragma once

#include <string>
#include <vector>

#include "pool.hpp"

namespace rootlet::solv {

/// Adds the packages that are there already, by their headers as databases keep them, as libsolv's installed
/// repository. An isolated process parses them. Errors: a header that cannot be read, a rich dependency that is too
/// long.
void load_installed(::Pool& pool, const std::vector<std::string>& headers);

/// Whether a package is one of those.
inline bool is_installed(::Pool& pool, Id package) {
  return pool.installed != nullptr && pool_id2solvable(&pool, package)->repo == pool.installed;
}

}  // namespace rootlet::solv
