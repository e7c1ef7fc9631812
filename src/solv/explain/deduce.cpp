#include "deduce.hpp"

#include <algorithm>
#include <utility>

namespace rootlet::solv {

Deduction::Deduction(const std::vector<Clause>& clauses, std::vector<Id> names, int depth, std::uint64_t work)
    : clauses_(clauses), names_(std::move(names)), depth_(depth), work_(work) {
  const std::size_t count = names_.size();
  uses_.resize(count);
  value_.resize(count, unknown);
  justification_.resize(count);
  place_.resize(count);
  round_.resize(count);
  true_count_.resize(clauses.size());
  false_count_.resize(clauses.size());
  for (int i = 0; i < static_cast<int>(clauses.size()); ++i) {
    const Clause& clause = clauses[static_cast<std::size_t>(i)];
    for (const Rank literal : clause.literals) uses_[at(literal)].push_back(literal < 0 ? ~i : i);
    if (clause.job >= 0) {
      job_clauses_.push_back(i);
    } else if (clause.literals.size() == 1) {
      pending_.insert(i);
    }
  }
  propagate();
  jobs_on_ = true;
}

bool Deduction::enabled(int clause) const {
  const Clause& c = clauses_[static_cast<std::size_t>(clause)];
  return c.job < 0 || (jobs_on_ && !dropped_.contains(c.job) && (best_on_ || c.kind != SOLVER_RULE_BEST));
}

bool Deduction::violated(int clause) const {
  const auto i = static_cast<std::size_t>(clause);
  return true_count_[i] == 0 && false_count_[i] == static_cast<int>(clauses_[i].literals.size());
}

void Deduction::assign(Rank literal, Justification justification) {
  const std::size_t rank = at(literal);
  value_[rank] = literal > 0 ? yes : no;
  justification_[rank] = justification;
  place_[rank] = trail_.size();
  round_[rank] = now_;
  trail_.push_back(literal);
  done_ += uses_[rank].size();
  for (const int use : uses_[rank]) {
    const int clause = use < 0 ? ~use : use;
    const auto i = static_cast<std::size_t>(clause);
    if ((use < 0) == (literal < 0)) {
      ++true_count_[i];
    } else if (++false_count_[i] + 1 >= static_cast<int>(clauses_[i].literals.size()) && true_count_[i] == 0) {
      pending_.insert(clause);
    }
  }
}

void Deduction::undo(std::size_t length) {
  pending_.clear();
  while (trail_.size() > length) {
    const Rank literal = trail_.back();
    trail_.pop_back();
    const std::size_t rank = at(literal);
    value_[rank] = unknown;
    justification_[rank] = {};
    done_ += uses_[rank].size();
    for (const int use : uses_[rank]) {
      const auto i = static_cast<std::size_t>(use < 0 ? ~use : use);
      --((use < 0) == (literal < 0) ? true_count_ : false_count_)[i];
    }
  }
}

/// Everything that follows, one round after the other: what is found in an earlier round has a shorter derivation.
/// Within a round the first clause in order counts.
std::optional<Conflict> Deduction::propagate() {
  while (!pending_.empty()) {
    const std::set<int> round = std::exchange(pending_, {});
    ++now_;
    for (const int clause : round) {
      if (enabled(clause) && violated(clause)) return Conflict{clause, -1};
    }
    for (const int clause : round) {
      const auto i = static_cast<std::size_t>(clause);
      const auto& literals = clauses_[i].literals;
      if (!enabled(clause) || true_count_[i] > 0 || false_count_[i] + 1 != static_cast<int>(literals.size())) continue;
      done_ += literals.size();
      const auto open =
          std::find_if(literals.begin(), literals.end(), [&](Rank l) { return value_[at(l)] == unknown; });
      assign(*open, {Justification::Kind::clause, clause});
    }
  }
  return std::nullopt;
}

/// The clauses that leave a choice, the smallest choice first.
std::vector<Deduction::Open> Deduction::open() const {
  std::set<Open> found;
  const auto consider = [&](int clause) {
    const auto i = static_cast<std::size_t>(clause);
    if (!enabled(clause) || true_count_[i] > 0) return;
    std::size_t left = 0;
    for (const Rank literal : clauses_[i].literals) {
      if (value_[at(literal)] != unknown) continue;
      if (literal < 0) return;
      ++left;
    }
    if (left > 1) found.insert({left, clause});
  };
  for (const int clause : job_clauses_) consider(clause);
  for (const Rank literal : trail_) {
    if (literal < 0) continue;
    for (const int use : uses_[at(literal)]) {
      if (use < 0) consider(~use);
    }
  }
  return {found.begin(), found.end()};
}

std::vector<Rank> Deduction::unknown_of(int clause) const {
  std::vector<Rank> found;
  for (const Rank literal : clauses_[static_cast<std::size_t>(clause)].literals) {
    if (literal > 0 && value_[at(literal)] == unknown) found.push_back(literal);
  }
  return found;
}

/// The packages that are left to choose.
std::vector<Rank> Deduction::choices() const {
  std::vector<Rank> found;
  std::set<Rank> seen;
  for (const Open& choice : open()) {
    for (const Rank rank : unknown_of(choice.clause)) {
      if (seen.insert(rank).second) found.push_back(rank);
    }
  }
  return found;
}

/// Whether a clause forbids two packages together.
bool Deduction::exclusive(Rank a, Rank b) {
  const auto& uses = uses_[at(a)];
  done_ += uses.size();
  return std::any_of(uses.begin(), uses.end(), [&](int use) {
    if (use >= 0) return false;
    const int index = ~use;
    const auto& literals = clauses_[static_cast<std::size_t>(index)].literals;
    return literals.size() == 2 && (literals[0] == -b || literals[1] == -b);
  });
}

/// Two choices between versions of one package that have none in common.
std::optional<Conflict> Deduction::clash() {
  constexpr std::size_t most_versions = 30;
  std::map<Id, std::vector<int>> by_name;
  for (const Open& choice : open()) {
    const std::vector<Rank> ranks = unknown_of(choice.clause);
    const Id name = names_[at(ranks.front())];
    if (ranks.size() > most_versions) continue;
    if (std::any_of(ranks.begin(), ranks.end(), [&](Rank rank) { return names_[at(rank)] != name; })) continue;
    std::vector<int>& before = by_name[name];
    for (const int other : before) {
      const std::vector<Rank> others = unknown_of(other);
      const bool apart = std::all_of(ranks.begin(), ranks.end(), [&](Rank a) {
        return std::all_of(others.begin(), others.end(), [&](Rank b) { return a != b && exclusive(a, b); });
      });
      if (apart) return Conflict{std::min(choice.clause, other), std::max(choice.clause, other)};
    }
    before.push_back(choice.clause);
  }
  return std::nullopt;
}

std::optional<Conflict> Deduction::consequences() {
  if (const auto conflict = propagate()) return conflict;
  return clash();
}

/// Supposes each candidate in turn; one that leads to a contradiction is out.
std::optional<Conflict> Deduction::suppose(const std::vector<Rank>& candidates, int depth, bool& learnt) {
  for (const Rank rank : candidates) {
    if (value_[at(rank)] != unknown) continue;
    if (exhausted()) return std::nullopt;
    const std::size_t before = trail_.size();
    assign(rank, {Justification::Kind::assumed, 0});
    std::optional<Conflict> conflict = consequences();
    if (!conflict && depth > 1) conflict = suppose(depth - 1);
    if (!conflict) {
      undo(before);
      continue;
    }
    refuted_.push_back(extract(*conflict, before));
    undo(before);
    learnt = true;
    assign(-rank, {Justification::Kind::refuted, static_cast<int>(refuted_.size()) - 1});
    if (const auto found = consequences()) return found;
  }
  return std::nullopt;
}

std::optional<Conflict> Deduction::suppose(int depth) {
  for (bool learnt = true; learnt && !exhausted();) {
    learnt = false;
    if (const auto conflict = suppose(choices(), depth, learnt)) return conflict;
  }
  return std::nullopt;
}

void Deduction::collect(const Proof& from, std::size_t since, std::set<Rank>& seen, std::vector<Rank>& pending,
                        Proof& into) const {
  const auto use = [&](int clause) {
    const Clause& c = clauses_[static_cast<std::size_t>(clause)];
    if (c.job >= 0) into.jobs.insert(c.job);
    for (const Rank literal : c.literals) {
      const Rank fact = value_[at(literal)] == yes ? static_cast<Rank>(at(literal)) : -static_cast<Rank>(at(literal));
      if (value_[at(literal)] != unknown && seen.insert(fact).second) pending.push_back(fact);
    }
  };
  // Of a refutation, what it took from outside; its own facts are no longer assigned.
  if (&from != &into) {
    into.jobs.insert(from.jobs.begin(), from.jobs.end());
    for (const Rank fact : from.outside) {
      if (seen.insert(fact).second) pending.push_back(fact);
    }
    return;
  }
  use(from.conflict.clause);
  if (from.conflict.other >= 0) use(from.conflict.other);
  while (!pending.empty()) {
    const Rank fact = pending.back();
    pending.pop_back();
    if (place_[at(fact)] < since) {
      into.outside.push_back(fact);
      continue;
    }
    const Justification justification = justification_[at(fact)];
    into.facts[fact] = justification;
    if (justification.kind == Justification::Kind::clause) use(justification.index);
    if (justification.kind == Justification::Kind::refuted) {
      collect(refutation(justification.index), since, seen, pending, into);
    }
  }
  std::sort(into.outside.begin(), into.outside.end());
}

Proof Deduction::extract(const Conflict& conflict, std::size_t since) const {
  Proof proof;
  proof.conflict = conflict;
  std::set<Rank> seen;
  std::vector<Rank> pending;
  collect(proof, since, seen, pending, proof);
  return proof;
}

Justification Deduction::justification(Rank literal) const {
  const signed char wanted = literal > 0 ? yes : no;
  return value_[at(literal)] == wanted ? justification_[at(literal)] : Justification{};
}

std::vector<int> Deduction::justifications(Rank literal) const {
  std::vector<int> found;
  for (const int use : uses_[at(literal)]) {
    const int clause = use < 0 ? ~use : use;
    if ((use < 0) != (literal < 0) || clauses_[static_cast<std::size_t>(clause)].job >= 0) continue;
    const auto& literals = clauses_[static_cast<std::size_t>(clause)].literals;
    const bool holds = std::all_of(literals.begin(), literals.end(), [&](Rank other) {
      return other == literal ||
             (value_[at(other)] == (other > 0 ? no : yes) && round_[at(other)] < round_[at(literal)]);
    });
    if (holds) found.push_back(clause);
  }
  return found;
}

void Deduction::restart(std::size_t before) {
  undo(before);
  for (const int clause : job_clauses_) {
    const auto i = static_cast<std::size_t>(clause);
    if (false_count_[i] + 1 >= static_cast<int>(clauses_[i].literals.size())) pending_.insert(clause);
  }
}

/// Where only the best candidate of a job was looked at: whether the others come to nothing, too.
std::optional<Conflict> Deduction::without_best(const Conflict& conflict, std::size_t since) {
  const Proof proof = extract(conflict, since);
  best_on_ = false;
  restart(since);
  if (const auto found = consequences()) return found;
  for (const int clause : job_clauses_) {
    const Clause& c = clauses_[static_cast<std::size_t>(clause)];
    if (c.kind == SOLVER_RULE_JOB && proof.jobs.contains(c.job) && refute_all(clause)) return Conflict{clause, -1};
  }
  return std::nullopt;
}

/// Whether each package of a choice comes to nothing by itself; if so, they are out.
bool Deduction::refute_all(int clause) {
  const std::vector<Rank> ranks = unknown_of(clause);
  std::vector<int> refutations;
  for (const Rank rank : ranks) {
    const std::size_t before = trail_.size();
    assign(rank, {Justification::Kind::assumed, 0});
    const auto conflict = consequences();
    if (conflict) {
      refuted_.push_back(extract(*conflict, before));
      refutations.push_back(static_cast<int>(refuted_.size()) - 1);
    }
    undo(before);
    if (!conflict || exhausted()) return false;
  }
  for (std::size_t i = 0; i < ranks.size(); ++i) assign(-ranks[i], {Justification::Kind::refuted, refutations[i]});
  return violated(clause);
}

std::optional<Proof> Deduction::next_proof() {
  const std::size_t before = trail_.size();
  std::optional<Conflict> conflict;
  for (int depth = 0; !conflict && depth <= depth_ && !exhausted(); ++depth) {
    for (const bool best : {false, true}) {
      best_on_ = best;
      restart(before);
      conflict = consequences();
      if (!conflict && depth > 0) conflict = suppose(depth);
      if (!conflict) continue;
      if (!best || depth > 0) break;
      const Conflict only_best = *conflict;
      conflict = without_best(only_best, before);
      if (conflict) break;
      best_on_ = true;
      restart(before);
      conflict = consequences();
      break;
    }
  }
  std::optional<Proof> proof;
  if (conflict) proof = extract(*conflict, before);
  undo(before);
  return proof;
}

std::vector<Proof> Deduction::proofs(std::size_t limit) {
  std::vector<Proof> found;
  while (found.size() < limit) {
    auto proof = next_proof();
    if (!proof || proof->jobs.empty()) break;
    drop(*proof->jobs.rbegin());
    found.push_back(std::move(*proof));
  }
  return found;
}

}  // namespace rootlet::solv
