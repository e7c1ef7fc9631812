#include "alternatives.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "requirement_tree.hpp"

extern "C" {
#include <solv/evr.h>
}

namespace rootlet::solv {
namespace {

std::string place_of(const Hidden& hidden) {
  switch (hidden.by) {
    case Hidden::By::exclude: return "by exclude: " + hidden.entry.text + " (" + hidden.entry.mark.str() + ")";
    case Hidden::By::excludepkgs: return "by excludepkgs: " + hidden.entry.text + " (" + hidden.entry.mark.str() + ")";
    case Hidden::By::includepkgs: return "not among the repository's includepkgs";
    case Hidden::By::held: return "by the lock, which holds " + hidden.entry.text;
    case Hidden::By::module: return "";  // told by stream_of()
  }
  return "";
}

std::string stream_of(const std::optional<Hiding>& module) {
  if (!module || module->streams.empty()) return "";
  return module->shadowed ? module->streams.front() + " has its own package of this name"
                          : "in " + join(module->streams, ", ") + ", not enabled";
}

}  // namespace

Alternatives::Alternatives(const View& view, const std::vector<Id>& chosen, const Choice* choice)
    : view_(view), pool_(view.pool()), choice_(choice), chosen_(view.pool().nsolvables) {
  for (const Id id : chosen) {
    chosen_.set(id);
    chosen_by_name_[pool_id2solvable(&pool_, id)->name].push_back(id);
  }
  // Of several that obsolete a package, the first by NEVRA is named, whatever their order in the pool.
  const auto note_obsolete = [&](Id other, Id by) {
    const auto [known, added] = obsoleted_by_.emplace(other, by);
    if (!added && nevra_of(pool_, by) < nevra_of(pool_, known->second)) known->second = by;
  };
  for (const Id id : chosen) {
    for (const Id dep : dependencies(pool_, id, SOLVABLE_OBSOLETES)) {
      // Obsoletes are about names, not about what else is provided.
      for (const Id other : providers(pool_, dep)) {
        if (pool_match_nevr(&pool_, pool_id2solvable(&pool_, other), dep) != 0) note_obsolete(other, id);
      }
    }
    for (const Id dep : dependencies(pool_, id, SOLVABLE_CONFLICTS)) {
      for (const Id other : providers(pool_, dep)) conflicts_with_[other].push_back(id);
    }
  }
}

/// Reasons that lie in the package alone.
std::optional<Alternatives::Verdict> Alternatives::unusable(Id loser) const {
  if (const Hidden* hidden = view_.hidden(loser)) {
    if (hidden->by != Hidden::By::module) return Verdict{LostBecause::excluded, place_of(*hidden)};
    return Verdict{LostBecause::modular, stream_of(view_.hidden_by_module(loser))};
  }
  if (pool_badarch_solvable(&pool_, pool_id2solvable(&pool_, loser)) != 0) return Verdict{LostBecause::other_arch, ""};
  return std::nullopt;
}

/// Another package of the same name is in the set.
std::optional<Alternatives::Verdict> Alternatives::same_name(Id loser) const {
  const ::Solvable& s = *pool_id2solvable(&pool_, loser);
  const auto found = chosen_by_name_.find(s.name);
  if (found == chosen_by_name_.end()) return std::nullopt;
  const Id winner = found->second.front();
  const ::Solvable& chosen = *pool_id2solvable(&pool_, winner);
  if (s.repo->priority < chosen.repo->priority) {
    return Verdict{LostBecause::lower_priority, "priority " + std::to_string(-s.repo->priority) + " of " +
                                                    s.repo->name + ", " + std::to_string(-chosen.repo->priority) +
                                                    " of " + chosen.repo->name};
  }
  if (s.arch != chosen.arch) return lost_to(LostBecause::other_arch, winner);
  const int order = pool_evrcmp(&pool_, s.evr, chosen.evr, EVRCMP_COMPARE);
  if (order < 0) return lost_to(LostBecause::older, winner);
  return lost_to(order == 0 ? LostBecause::other_repo : LostBecause::other_version, winner);
}

/// A chosen package does not tolerate it, or it does not tolerate a chosen package. A conflict with the winner itself
/// says nothing: either of the two could have been chosen.
std::optional<Alternatives::Verdict> Alternatives::rejected(Id loser, Id winner) const {
  if (const auto by = obsoleted_by_.find(loser); by != obsoleted_by_.end()) {
    return lost_to(LostBecause::obsoleted, by->second);
  }
  Id first = 0;  // as text
  const auto note = [&](Id id) {
    if (first == 0 || comes_first_as_text(nevra_of(pool_, id), nevra_of(pool_, first))) first = id;
  };
  if (const auto by = conflicts_with_.find(loser); by != conflicts_with_.end()) {
    for (const Id id : by->second) {
      if (id != winner) note(id);
    }
  }
  for (const Id dep : dependencies(pool_, loser, SOLVABLE_CONFLICTS)) {
    for (const Id other : providers(pool_, dep)) {
      if (other != winner && chosen_.has(other)) note(other);
    }
  }
  if (first == 0) return std::nullopt;
  return lost_to(LostBecause::conflict, first);
}

/// Something it requires does not exist.
std::optional<Alternatives::Verdict> Alternatives::lacking(Id loser) const {
  std::set<std::string> missing;
  for (const Id dep : requirements(pool_, loser, 0)) {
    if (is_rich(pool_, dep)) continue;  // rich: not decided here
    const auto all = providers(pool_, dep);
    if (std::none_of(all.begin(), all.end(), [&](Id id) { return installable(pool_, id); })) {
      missing.insert(dep_str(pool_, dep));
    }
  }
  if (missing.empty()) return std::nullopt;
  return Verdict{LostBecause::not_installable, "no package provides " + *missing.begin()};
}

Alternatives::Verdict Alternatives::verdict(Id loser, Id winner) const {
  if (auto found = unusable(loser)) return *found;
  if (auto found = same_name(loser)) return *found;
  const ::Repo& own = *pool_id2solvable(&pool_, loser)->repo;
  const ::Repo& chosen = *pool_id2solvable(&pool_, winner)->repo;
  if (auto found = rejected(loser, winner)) return *found;
  if (auto found = lacking(loser)) return *found;
  if (own.priority < chosen.priority) {
    return {LostBecause::lower_priority, "priority " + std::to_string(-own.priority) + " of " + own.name + ", " +
                                             std::to_string(-chosen.priority) + " of " + chosen.name};
  }
  return choice_ == nullptr ? Verdict{LostBecause::not_preferred, ""} : not_best(loser);
}

/// Every set with it is worse than the chosen one.
Alternatives::Verdict Alternatives::not_best(Id loser) const {
  if (choice_->guarded(loser)) return {LostBecause::guarded, ""};
  if (choice_->avoided(loser)) return {LostBecause::avoided, ""};
  if (choice_->eligible(loser)) return {LostBecause::larger, ""};
  if (const Id by = choice_->obsoleted_by(loser); by != 0) {
    return {LostBecause::obsoleted, {}, nevra_of(pool_, by), false};
  }
  const ::Solvable& s = *pool_id2solvable(&pool_, loser);
  for (const Id id : providers(pool_, s.name)) {
    const ::Solvable& other = *pool_id2solvable(&pool_, id);
    if (other.name == s.name && choice_->eligible(id) && pool_evrcmp(&pool_, other.evr, s.evr, EVRCMP_COMPARE) > 0) {
      return {LostBecause::older, {}, nevra_of(pool_, id), false};
    }
  }
  return {LostBecause::not_preferred, ""};
}

std::vector<Alternative> Alternatives::losers(Id package, const std::map<std::string, std::vector<Id>>& uses) const {
  std::map<Id, std::set<std::string>> found;
  for (const auto& [capability, provided_by] : uses) {
    for (const Id id : provided_by) {
      if (!chosen_.has(id)) found[id].insert(capability);
    }
  }
  std::vector<Alternative> result;
  for (const auto& [id, capabilities] : found) {
    const ::Solvable& s = *pool_id2solvable(&pool_, id);
    if (s.arch == ARCH_SRC || s.arch == ARCH_NOSRC) continue;
    Verdict why = verdict(id, package);
    result.push_back({nevra_of(pool_, id),
                      s.repo->name,
                      why.why,
                      std::move(why.rival),
                      why.rival_is_chosen,
                      std::move(why.detail),
                      {capabilities.begin(), capabilities.end()}});
  }
  std::sort(result.begin(), result.end(), [](const Alternative& a, const Alternative& b) {
    return a.package == b.package ? a < b : comes_first_as_text(a.package, b.package);
  });
  return result;
}

}  // namespace rootlet::solv
