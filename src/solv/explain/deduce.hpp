#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "clauses.hpp"

namespace rootlet::solv {

/// Why a package must be in the set or cannot be.
struct Justification {
  enum class Kind { none, clause, refuted, assumed } kind = Kind::none;
  int index = 0;  ///< of the clause whose other literals are all false, or of the proof that refutes the assumption
};

/// Contradiction: a clause none of whose literals can hold; or two clauses that each want another version of one
/// package.
struct Conflict {
  int clause = -1;
  int other = -1;
};

/// A conflict and where it comes from.
struct Proof {
  Conflict conflict;
  std::map<Rank, Justification> facts;  ///< by literal: what was derived under the proof's own assumptions
  std::vector<Rank> outside;            ///< literals that it takes from outside
  std::set<int> jobs;                   ///< whose jobs it needs
};

/// Derives contradictions the way a reader can follow: what cannot be installed whatever is asked for, then what the
/// jobs force, then, of the choices left, which ones come to nothing. Always the shortest derivation first, so that the
/// result depends on the clauses alone. The work is bounded; a contradiction that needs more is not found.
class Deduction {
 public:
  /// `depth`: how many choices may be supposed at once; `work`: how many literals may be looked at.
  /// `names`: by rank, equal for versions of one package.
  Deduction(const std::vector<Clause>& clauses, std::vector<Id> names, int depth, std::uint64_t work);

  /// Contradictions, each without a job of the one before; at most `limit`.
  std::vector<Proof> proofs(std::size_t limit);
  /// Of what holds whatever is asked for.
  [[nodiscard]] Justification justification(Rank literal) const;
  /// All clauses that would have made it known in the same round.
  [[nodiscard]] std::vector<int> justifications(Rank literal) const;
  [[nodiscard]] const Proof& refutation(int index) const { return refuted_.at(static_cast<std::size_t>(index)); }

 private:
  enum : signed char { unknown = 0, yes = 1, no = -1 };

  [[nodiscard]] bool enabled(int clause) const;
  [[nodiscard]] bool violated(int clause) const;
  void assign(Rank literal, Justification justification);
  void undo(std::size_t length);
  std::optional<Conflict> propagate();
  std::optional<Conflict> clash();
  std::optional<Conflict> consequences();
  std::optional<Conflict> suppose(const std::vector<Rank>& candidates, int depth, bool& learnt);
  std::optional<Conflict> suppose(int depth);
  bool refute_all(int clause);
  std::optional<Conflict> without_best(const Conflict& conflict, std::size_t since);
  struct Open {
    std::size_t left;  ///< how many packages it leaves a choice between
    int clause;
    auto operator<=>(const Open&) const = default;
  };
  [[nodiscard]] std::vector<Open> open() const;
  [[nodiscard]] std::vector<Rank> unknown_of(int clause) const;
  [[nodiscard]] bool exclusive(Rank a, Rank b);
  [[nodiscard]] std::vector<Rank> choices() const;
  [[nodiscard]] Proof extract(const Conflict& conflict, std::size_t since) const;
  void restart(std::size_t before);
  void collect(const Proof& from, std::size_t since, std::set<Rank>& seen, std::vector<Rank>& pending,
               Proof& into) const;
  [[nodiscard]] bool exhausted() const noexcept { return done_ > work_; }
  void drop(int job) { dropped_.insert(job); }
  std::optional<Proof> next_proof();

  [[nodiscard]] static std::size_t at(Rank literal) {
    return static_cast<std::size_t>(literal < 0 ? -literal : literal);
  }

  const std::vector<Clause>& clauses_;
  std::vector<Id> names_;
  int depth_;
  std::uint64_t work_;
  std::uint64_t done_ = 0;
  std::vector<std::vector<int>> uses_;  ///< by rank: clauses, negative where the literal is
  std::vector<int> job_clauses_;
  int now_ = 0;
  bool jobs_on_ = false;
  bool best_on_ = false;
  std::set<int> dropped_;

  std::vector<signed char> value_;
  std::vector<Justification> justification_;
  std::vector<std::size_t> place_;  ///< by rank: index in the trail
  std::vector<int> round_;          ///< by rank: how many steps it takes to derive it
  std::vector<int> true_count_, false_count_;
  std::vector<Rank> trail_;
  std::set<int> pending_;
  std::deque<Proof> refuted_;
};

}  // namespace rootlet::solv
