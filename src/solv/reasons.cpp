#include "reasons.hpp"

#include <algorithm>
#include <set>

namespace rootlet::solv {
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
    for (const Met& one : averting(requirement_of(pool_, dep))) {
      if (one.by != package) uses_[one.by].push_back({package, dep, EdgeKind::conflicts});
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

bool Reasons::meets_itself(Id package, const RequirementTree<Id>& requirement) const {
  if (requirement.op == Operator::any) {
    return meets_itself(package, requirement.parts[0]) || meets_itself(package, requirement.parts[1]);
  }
  if (!is_of_one_package(requirement)) return false;
  const auto all = providers(pool_, requirement.leaf);
  return std::find(all.begin(), all.end(), package) != all.end();
}

void Reasons::add(Id by, Id dep, EdgeKind kind) {
  const RequirementTree<Id> requirement = requirement_of(pool_, dep);
  std::vector<Met> met;
  if (!meets_itself(by, requirement)) met = meeting(requirement);
  // A package needs of nobody what it provides itself.
  const auto own = [&](Id name) {
    return std::any_of(met.begin(), met.end(), [&](const Met& each) { return each.by == by && each.name == name; });
  };
  bool needed = false;
  for (const Met& each : met) {
    if (own(each.name)) continue;
    uses_[each.by].push_back({by, dep, kind, each.name, each.branch, each.part});
    needed = true;
  }
  if (!needed) idle_.push_back({by, dep, kind});
}

/// A supplement points the other way: what meets its condition brings the package in. Where that takes several packages
/// at once, each package that they bring is one part of what they ask for.
void Reasons::add_supplements(Id package) {
  for (const Id dep : dependencies(pool_, package, SOLVABLE_SUPPLEMENTS)) {
    const RequirementTree<Id> requirement = requirement_of(pool_, dep);
    if (!is_met(requirement)) continue;
    for (const Met& each : meeting(requirement)) {
      if (each.by == package) continue;
      const auto part = each.part ? std::optional(static_cast<std::uint32_t>(package)) : std::nullopt;
      uses_[package].push_back({each.by, dep, EdgeKind::supplements, 0, {}, part});
    }
  }
}

bool Reasons::is_met(const RequirementTree<Id>& requirement) const {
  return holds(requirement, [&](const RequirementTree<Id>& part) {
    const auto all = providers(pool_, part.leaf);
    return std::any_of(all.begin(), all.end(), [&](Id id) { return chosen_.has(id); });
  });
}

std::vector<Reasons::Met> Reasons::meeting(const RequirementTree<Id>& requirement) const {
  std::vector<Met> found;
  const auto needs = demands(requirement, [&](const RequirementTree<Id>& part) { return is_met(part); });
  for (std::uint32_t i = 0; i < needs.size(); ++i) {
    const auto number = needs.size() > 1 ? std::optional(i) : std::nullopt;
    for (const Counting<Id>& one : needs[i].any_of) {
      const Branch branch = one.condition == nullptr ? Branch{} : Branch{one.condition->leaf, one.condition_holds};
      for (const Id id : providers(pool_, one.part->leaf)) {
        if (chosen_.has(id)) found.push_back({id, one.part->leaf, branch, number});
      }
    }
  }
  return found;
}

std::vector<Reasons::Met> Reasons::averting(const RequirementTree<Id>& conflict) const {
  if (conflict.op == Operator::none || is_met(conflict)) return {};
  if (conflict.op == Operator::all || conflict.op == Operator::any) {
    std::vector<Met> found = averting(conflict.parts[0]);
    const std::vector<Met> more = averting(conflict.parts[1]);
    found.insert(found.end(), more.begin(), more.end());
    return found;
  }
  const bool averted = conflict.op == Operator::unless && is_met(conflict.parts[1]) && is_met(conflict.parts[0]);
  return averted ? meeting(conflict.parts[1]) : std::vector<Met>();
}

std::vector<RequiredBy> Reasons::required_by(Id package, const Places& places) const {
  const auto found = uses_.find(package);
  if (found == uses_.end()) return {};
  std::map<RequiredBy, std::set<std::uint32_t>> parts;
  for (const Use& use : found->second) {
    const Condition condition =
        use.branch.condition == 0 ? Condition{} : Condition{dep_str(pool_, use.branch.condition), use.branch.holds};
    auto& known = parts[{places.at(use.by), dep_str(pool_, use.dep), use.kind, condition}];
    if (use.part) known.insert(*use.part);
  }
  std::vector<RequiredBy> result;
  for (const auto& [use, numbers] : parts) {
    result.push_back(use);
    result.back().parts.assign(numbers.begin(), numbers.end());
  }
  return result;
}

std::vector<RequiredBy> Reasons::idle(const Places& places) const {
  std::vector<RequiredBy> result;
  for (const Use& use : idle_) result.push_back({places.at(use.by), dep_str(pool_, use.dep), use.kind});
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
