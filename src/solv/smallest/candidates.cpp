#include "candidates.hpp"

#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "../installed.hpp"
#include "../twins.hpp"

extern "C" {
#include <solv/evr.h>
}

namespace rootlet::solv {
namespace {

/// Whether `a` is what DNF would rather have than `b`, another package of the same name.
bool rather(::Pool& pool, const ::Solvable& a, const ::Solvable& b) {
  if (a.repo->priority != b.repo->priority) return a.repo->priority > b.repo->priority;
  if (a.evr != b.evr) {
    const int order = pool_evrcmp(&pool, a.evr, b.evr, EVRCMP_COMPARE);
    if (order != 0) return order > 0;
  }
  return a.repo->subpriority > b.repo->subpriority;
}

/// By package, the first by NEVRA of those that obsolete it and that it does not obsolete itself.
std::map<Id, Id> obsoleted_among(::Pool& pool, const std::vector<Id>& packages) {
  std::set<std::pair<Id, Id>> pairs;  // by whom, whom
  for (const Id id : packages) {
    if (pool_id2solvable(&pool, id)->dep_obsoletes == 0) continue;
    for (const Id dep : dependencies(pool, id, SOLVABLE_OBSOLETES)) {
      for (const Id other : providers(pool, dep)) {
        ::Solvable& s = *pool_id2solvable(&pool, other);
        if (s.name != pool_id2solvable(&pool, id)->name && pool_match_nevr(&pool, &s, dep) != 0) {
          pairs.emplace(id, other);
        }
      }
    }
  }
  std::map<Id, Id> obsoleted;
  for (const auto& [by, id] : pairs) {
    if (pairs.contains({id, by})) continue;
    const auto [known, added] = obsoleted.emplace(id, by);
    if (!added && nevra_of(pool, by) < nevra_of(pool, known->second)) known->second = by;
  }
  return obsoleted;
}

}  // namespace

std::map<Id, Id> mark_candidates(::Pool& pool, const IdMap& found, IdMap& into) {
  std::unordered_map<std::uint64_t, Id> best;  // by name and word size
  const auto key = [&](const ::Solvable& s) {
    // A lower score is a better architecture; its upper half tells 32 and 64 bits apart.
    return (static_cast<std::uint64_t>(s.name) << 32U) | (pool_arch2score(&pool, s.arch) >> 16U);
  };
  for_each_package(pool, [&](Id id) {
    if (is_installed(pool, id)) into.set(id);
    if (!installable(pool, id) || is_installed(pool, id)) return;
    const ::Solvable& s = *pool_id2solvable(&pool, id);
    const auto [known, added] = best.emplace(key(s), id);
    if (!added && rather(pool, s, *pool_id2solvable(&pool, known->second))) known->second = id;
  });
  std::vector<Id> packages;
  for (const auto& [name, id] : best) packages.push_back(id);
  for_each_package(pool, [&](Id id) {
    if (!installable(pool, id) || is_installed(pool, id)) return;
    const Id first = best.at(key(*pool_id2solvable(&pool, id)));
    const bool dearer = rather(pool, *pool_id2solvable(&pool, first), *pool_id2solvable(&pool, id));
    if (!dearer && are_twins(pool, first, id)) packages.push_back(id);
  });
  const std::map<Id, Id> obsoleted = obsoleted_among(pool, packages);
  for (const Id id : packages) {
    if (!obsoleted.contains(id)) into.set(id);
  }
  for_each_package(pool, [&](Id id) {
    if (found.has(id)) into.set(id);
  });
  return obsoleted;
}

}  // namespace rootlet::solv
