#pragma once

#include <set>

#include "../known_headers.hpp"
#include "../pool.hpp"
#include "../reasons.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// The packages that stay wherever they are installed, since they tell which distribution a root is: those that
/// metadata list /etc/os-release of, or that provide what DNF takes the release from ("system-release", openSUSE's
/// "distribution-release"). /usr/lib/os-release is not in primary.xml: the package that has it is one of these, or they
/// require it. None where nothing leaves, or the request lets them.
std::set<Id> staying_identity(::Pool& pool, const Request& request);

/// Adds the key as what asked for those of these packages that stay for it alone: no entry of the recipe leads to them
/// by requirements of run time.
void tell_identity(const std::set<Id>& identity, const Places& places, const KnownHeaders& headers, Solution& solution);

}  // namespace rootlet::solv
