#pragma once

#include <set>
#include <string>
#include <vector>

#include "../pool.hpp"
#include "rules.hpp"

namespace rootlet::solv {

/// The packages that may not take the place of DNF's choice: they provide one of `capabilities`, globs allowed, that
/// packages of `dnf` provide, and are none of these.
std::set<Id> guarded_packages(::Pool& pool, const SolverRules& rules, const std::vector<Id>& dnf,
                              const std::vector<std::string>& capabilities);

}  // namespace rootlet::solv
