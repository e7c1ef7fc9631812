#include "twins.hpp"

#include <algorithm>

extern "C" {
#include <solv/policy.h>
}

namespace rootlet::solv {

bool are_twins(::Pool& pool, Id a, Id b) {
  if (a == b) return false;
  const ::Solvable& one = *pool_id2solvable(&pool, a);
  const ::Solvable& other = *pool_id2solvable(&pool, b);
  if (one.name != other.name || one.evr != other.evr || one.arch != other.arch) return false;
  if (one.repo->priority != other.repo->priority) return false;
  const auto differ = [&](Id kind) {
    std::vector<Id> of_one = dependencies(pool, a, kind);
    std::vector<Id> of_other = dependencies(pool, b, kind);
    std::sort(of_one.begin(), of_one.end());
    std::sort(of_other.begin(), of_other.end());
    return of_one != of_other;
  };
  return differ(SOLVABLE_REQUIRES) || differ(SOLVABLE_PROVIDES) || differ(SOLVABLE_CONFLICTS) ||
         differ(SOLVABLE_OBSOLETES);
}

std::vector<Id> best_with_twins(::Pool& pool, const std::vector<Id>& candidates) {
  IdQueue best;
  std::vector<Id> usable;
  for (const Id id : candidates) {
    if (!installable(pool, id)) continue;
    usable.push_back(id);
    best.push(id);
  }
  if (usable.size() < 2) return {};
  pool_best_solvables(&pool, best.get(), 0);
  std::vector<Id> all(best.ids().begin(), best.ids().end());
  const std::size_t count = all.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (const Id id : usable) {
      const bool known = std::find(all.begin(), all.end(), id) != all.end();
      if (!known && are_twins(pool, all[i], id)) all.push_back(id);
    }
  }
  if (all.size() == count) return {};
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace rootlet::solv
