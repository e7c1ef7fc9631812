#pragma once

#include "pool.hpp"

namespace rootlet::solv {

/// Whether the normal form of a requirement is larger than rich_limits.hpp allows.
bool has_large_form(::Pool& pool, Id requirement);

/// Looks at all dependencies of a pool that is ready to be asked for providers. Error: the normal form of one is too
/// large, with package and dependency.
void refuse_large_forms(::Pool& pool);

}  // namespace rootlet::solv
