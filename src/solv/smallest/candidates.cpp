#include "candidates.hpp"

#include <tuple>
#include <unordered_map>

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

}  // namespace

void mark_candidates(::Pool& pool, const IdMap& found, IdMap& into) {
  std::unordered_map<std::uint64_t, Id> best;  // by name and word size
  const auto key = [&](const ::Solvable& s) {
    // A lower score is a better architecture; its upper half tells 32 and 64 bits apart.
    return (static_cast<std::uint64_t>(s.name) << 32U) | (pool_arch2score(&pool, s.arch) >> 16U);
  };
  for_each_package(pool, [&](Id id) {
    if (found.has(id)) into.set(id);
    if (!installable(pool, id)) return;
    const ::Solvable& s = *pool_id2solvable(&pool, id);
    const auto [known, added] = best.emplace(key(s), id);
    if (!added && rather(pool, s, *pool_id2solvable(&pool, known->second))) known->second = id;
  });
  for (const auto& [name, id] : best) into.set(id);
}

}  // namespace rootlet::solv
