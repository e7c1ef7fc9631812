#pragma once

#include "model/requirement_tree.hpp"
#include "pool.hpp"

namespace rootlet::solv {

/// Takes a dependency apart. Of each part, `leaf` is what libsolv looks up.
RequirementTree<Id> requirement_of(::Pool& pool, Id dep);

/// Whether it has parts that count one by one, other than `with` and `without`.
bool is_rich(::Pool& pool, Id dep);

}  // namespace rootlet::solv
