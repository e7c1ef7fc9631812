#include "reasons.hpp"

#include <algorithm>

namespace rootlet::solv {
namespace {

/// The two sides of the condition of an `if` or `unless`: (then, else); else is 0 where there is none.
struct Condition {
  Id condition;
  Id otherwise;
};

Condition condition_of(::Pool& pool, Id evr) {
  if (ISRELDEP(evr)) {
    const ::Reldep& rel = *GETRELDEP(&pool, evr);
    if (rel.flags == REL_ELSE) return {rel.name, rel.evr};
  }
  return {evr, 0};
}

}  // namespace

Reasons::Reasons(::Pool& pool, const std::vector<Id>& chosen) : pool_(pool), chosen_(pool.nsolvables) {
  for (const Id id : chosen) chosen_.set(id);
  for (const Id id : chosen) {
    for (const Id dep : requirements(pool, id, -1)) add(id, dep, EdgeKind::runtime);
    for (const Id dep : requirements(pool, id, 1)) add(id, dep, EdgeKind::scriptlet);
    for (const Id dep : dependencies(pool, id, SOLVABLE_RECOMMENDS)) add(id, dep, EdgeKind::recommends);
    // A supplement points the other way: what meets its condition brings the package in.
    for (const Id dep : dependencies(pool, id, SOLVABLE_SUPPLEMENTS)) {
      std::vector<Id> met_by;
      if (holds(dep)) collect(dep, met_by);
      for (const Id by : met_by) {
        if (by != id) uses_[id].push_back({by, dep, EdgeKind::supplements});
      }
    }
    for (const Id dep : dependencies(pool, id, SOLVABLE_CONFLICTS)) {
      std::vector<Id> averted_by;
      collect_averting(dep, averted_by);
      for (const Id averting : averted_by) {
        if (averting != id) uses_[averting].push_back({id, dep, EdgeKind::conflicts});
      }
    }
  }
  add_multilib(chosen);
}

void Reasons::add_multilib(const std::vector<Id>& chosen) {
  std::map<std::pair<Id, Id>, std::vector<Id>> by_name_and_version;
  for (const Id id : chosen) {
    const ::Solvable& s = *pool_id2solvable(&pool_, id);
    by_name_and_version[{s.name, s.evr}].push_back(id);
  }
  for (const auto& [key, ids] : by_name_and_version) {
    for (const Id needing : ids) {
      for (const Id needed : ids) {
        // A lower score is a better architecture; its upper half tells 32 and 64 bits apart.
        const unsigned worse = pool_arch2score(&pool_, pool_id2solvable(&pool_, needing)->arch) >> 16U;
        const unsigned better = pool_arch2score(&pool_, pool_id2solvable(&pool_, needed)->arch) >> 16U;
        if (better >= worse) continue;
        uses_[needed].push_back({needing, pool_rel2id(&pool_, key.first, key.second, REL_EQ, 1), EdgeKind::multilib});
      }
    }
  }
}

void Reasons::add(Id by, Id dep, EdgeKind kind) {
  std::vector<Id> met_by;
  collect(dep, met_by);
  for (const Id provider : met_by) {
    if (provider != by) uses_[provider].push_back({by, dep, kind});
  }
}

bool Reasons::holds(Id dep) const {
  if (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool_, dep);
    switch (rel.flags) {
      case REL_AND: return holds(rel.name) && holds(rel.evr);
      case REL_OR: return holds(rel.name) || holds(rel.evr);
      case REL_COND: {
        const auto [condition, otherwise] = condition_of(pool_, rel.evr);
        if (holds(condition)) return holds(rel.name);
        return otherwise == 0 || holds(otherwise);
      }
      case REL_UNLESS: {
        const auto [condition, otherwise] = condition_of(pool_, rel.evr);
        if (!holds(condition)) return holds(rel.name);
        return otherwise != 0 && holds(otherwise);
      }
      default: break;
    }
  }
  const auto all = providers(pool_, dep);
  return std::any_of(all.begin(), all.end(), [&](Id id) { return chosen_.has(id); });
}

void Reasons::collect(Id dep, std::vector<Id>& into) const {
  if (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool_, dep);
    switch (rel.flags) {
      case REL_AND:
      case REL_OR:
        collect(rel.name, into);
        collect(rel.evr, into);
        return;
      case REL_COND:
      case REL_UNLESS: {
        const auto [condition, otherwise] = condition_of(pool_, rel.evr);
        const bool first = holds(condition) == (rel.flags == REL_COND);
        if (first) {
          collect(rel.name, into);
        } else if (otherwise != 0) {
          collect(otherwise, into);
        }
        return;
      }
      default: break;
    }
  }
  for (const Id id : providers(pool_, dep)) {
    if (chosen_.has(id)) into.push_back(id);
  }
}

void Reasons::collect_averting(Id conflict, std::vector<Id>& into) const {
  if (!ISRELDEP(conflict) || holds(conflict)) return;
  const ::Reldep& rel = *GETRELDEP(&pool_, conflict);
  if (rel.flags == REL_AND || rel.flags == REL_OR) {
    collect_averting(rel.name, into);
    collect_averting(rel.evr, into);
  } else if (rel.flags == REL_UNLESS) {
    const Id condition = condition_of(pool_, rel.evr).condition;
    if (holds(condition) && holds(rel.name)) collect(condition, into);
  }
}

std::vector<RequiredBy> Reasons::required_by(Id package, bool weak) const {
  std::vector<RequiredBy> result;
  const auto found = uses_.find(package);
  if (found == uses_.end()) return result;
  for (const Use& use : found->second) {
    if (!weak && (use.kind == EdgeKind::recommends || use.kind == EdgeKind::supplements)) continue;
    result.push_back({nevra_of(pool_, use.by).str(), dep_str(pool_, use.dep), use.kind});
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace rootlet::solv
