#include "reasons.hpp"

#include <algorithm>

namespace rootlet::solv {
namespace {

/// The two sides of the condition of an `if` or `unless`: (then, else); else is 0 where there is none.
struct Test {
  Id condition;
  Id otherwise;
};

Test condition_of(::Pool& pool, Id evr) {
  if (ISRELDEP(evr)) {
    const ::Reldep& rel = *GETRELDEP(&pool, evr);
    if (rel.flags == REL_ELSE) return {rel.name, rel.evr};
  }
  return {evr, 0};
}

}  // namespace

Reasons::Reasons(::Pool& pool, const std::vector<Id>& chosen, bool weak) : pool_(pool), chosen_(pool.nsolvables) {
  for (const Id id : chosen) chosen_.set(id);
  for (const Id id : chosen) {
    for (const Id dep : requirements(pool, id, -1)) add(id, dep, EdgeKind::runtime);
    for (const Id dep : requirements(pool, id, 1)) add(id, dep, EdgeKind::scriptlet);
    add_averted_conflicts(id);
    for (const Id dep : dependencies(pool, id, SOLVABLE_RECOMMENDS)) {
      weak ? add(id, dep, EdgeKind::recommends) : idle_.push_back({id, dep, EdgeKind::recommends});
    }
    if (weak) add_supplements(id);
  }
  add_multilib(chosen);
}

void Reasons::add_averted_conflicts(Id package) {
  for (const Id dep : dependencies(pool_, package, SOLVABLE_CONFLICTS)) {
    std::vector<Met> averted_by;
    collect_averting(dep, averted_by);
    for (const Met& averting : averted_by) {
      if (averting.by != package) uses_[averting.by].push_back({package, dep, EdgeKind::conflicts});
    }
  }
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
        const unsigned char worse = pool_arch2color(&pool_, pool_id2solvable(&pool_, needing)->arch);
        const unsigned char better = pool_arch2color(&pool_, pool_id2solvable(&pool_, needed)->arch);
        if (worse != ARCHCOLOR_32 || better != ARCHCOLOR_64) continue;
        const Id dep = pool_rel2id(&pool_, key.first, key.second, REL_EQ, 1);
        uses_[needed].push_back({needing, dep, EdgeKind::multilib});
      }
    }
  }
}

/// Whether one side of an `or` is the package itself: the other is nobody's need then.
bool Reasons::meets_itself(Id package, Id dep) const {
  if (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool_, dep);
    if (rel.flags == REL_OR) return meets_itself(package, rel.name) || meets_itself(package, rel.evr);
    if (rel.flags == REL_AND || rel.flags == REL_COND || rel.flags == REL_UNLESS) return false;
  }
  const auto all = providers(pool_, dep);
  return std::find(all.begin(), all.end(), package) != all.end();
}

void Reasons::add(Id by, Id dep, EdgeKind kind) {
  std::vector<Met> met;
  if (!meets_itself(by, dep)) collect(dep, {}, met);
  // What a package provides itself it needs of nobody.
  const auto own = [&](Id name) {
    return std::any_of(met.begin(), met.end(), [&](const Met& each) { return each.by == by && each.name == name; });
  };
  bool needed = false;
  for (const Met& each : met) {
    if (own(each.name)) continue;
    uses_[each.by].push_back({by, dep, kind, each.name, each.branch});
    needed = true;
  }
  if (!needed) idle_.push_back({by, dep, kind});
}

/// A supplement points the other way: what meets its condition brings the package in.
void Reasons::add_supplements(Id package) {
  for (const Id dep : dependencies(pool_, package, SOLVABLE_SUPPLEMENTS)) {
    std::vector<Met> met;
    if (holds(dep)) collect(dep, {}, met);
    for (const Met& each : met) {
      if (each.by != package) uses_[package].push_back({each.by, dep, EdgeKind::supplements});
    }
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

void Reasons::collect(Id dep, Branch branch, std::vector<Met>& into) const {
  if (ISRELDEP(dep)) {
    const ::Reldep& rel = *GETRELDEP(&pool_, dep);
    switch (rel.flags) {
      case REL_AND:
      case REL_OR:
        collect(rel.name, branch, into);
        collect(rel.evr, branch, into);
        return;
      case REL_COND:
      case REL_UNLESS: {
        const auto [test, otherwise] = condition_of(pool_, rel.evr);
        const bool met = holds(test);
        if (met == (rel.flags == REL_COND)) {
          collect(rel.name, {test, met}, into);
        } else if (otherwise != 0) {
          collect(otherwise, {test, met}, into);
        }
        return;
      }
      default: break;
    }
  }
  for (const Id id : providers(pool_, dep)) {
    if (chosen_.has(id)) into.push_back({id, dep, branch});
  }
}

void Reasons::collect_averting(Id conflict, std::vector<Met>& into) const {
  if (!ISRELDEP(conflict) || holds(conflict)) return;
  const ::Reldep& rel = *GETRELDEP(&pool_, conflict);
  if (rel.flags == REL_AND || rel.flags == REL_OR) {
    collect_averting(rel.name, into);
    collect_averting(rel.evr, into);
  } else if (rel.flags == REL_UNLESS) {
    const Id condition = condition_of(pool_, rel.evr).condition;
    if (holds(condition) && holds(rel.name)) collect(condition, {}, into);
  }
}

std::vector<RequiredBy> Reasons::required_by(Id package) const {
  std::vector<RequiredBy> result;
  const auto found = uses_.find(package);
  if (found == uses_.end()) return result;
  for (const Use& use : found->second) {
    result.push_back(
        {nevra_of(pool_, use.by).str(), dep_str(pool_, use.dep), use.kind,
         use.branch.condition == 0 ? Condition{} : Condition{dep_str(pool_, use.branch.condition), use.branch.holds}});
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::vector<RequiredBy> Reasons::idle() const {
  std::vector<RequiredBy> result;
  for (const Use& use : idle_) result.push_back({nevra_of(pool_, use.by).str(), dep_str(pool_, use.dep), use.kind});
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

std::map<std::string, std::vector<Id>> Reasons::provided_for(Id package) const {
  std::map<std::string, std::vector<Id>> result;
  const auto found = uses_.find(package);
  if (found == uses_.end()) return result;
  for (const Use& use : found->second) {
    if (use.name != 0) result.try_emplace(dep_str(pool_, use.name), providers(pool_, use.name));
  }
  return result;
}

}  // namespace rootlet::solv
