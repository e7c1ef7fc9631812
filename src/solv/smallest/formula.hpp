#pragma once

#include <vector>

#include "../pool.hpp"

namespace rootlet::solv {

/// A conjunction of clauses over packages. +id: the package is in the set, -id: it is not. An empty clause cannot hold.
using Formula = std::vector<std::vector<Id>>;

/// Demands of a dependency, rich ones included, on a set, or, `negated`, those of its failing.
Formula formula_of(::Pool& pool, Id dep, bool negated = false);

/// "a or b" of two formulas.
Formula either(const Formula& a, const Formula& b);

}  // namespace rootlet::solv
