#pragma once

#include <map>
#include <string>
#include <vector>

#include "../pool.hpp"
#include "../reasons.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// A package of DNF's set and those that the chosen set has in its place.
struct SwapIds {
  Id instead_of = 0;
  std::vector<Id> chosen;
  std::vector<std::string> capabilities;  ///< capabilities that both can meet, and the chosen ones do; sorted
};

/// The packages of `dnf` that are not in `chosen`, though something there requires what they provide.
std::vector<SwapIds> swaps_of(::Pool& pool, const std::vector<Id>& dnf, const std::vector<Id>& chosen, bool weak);

/// The same as a solution has it. `places`: of the chosen packages in it; `fewer_features`: by package name, what it
/// lacks.
Swap describe(::Pool& pool, const SwapIds& swap, const Places& places,
              const std::map<std::string, std::string>& fewer_features);

}  // namespace rootlet::solv
