#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../job.hpp"
#include "causes.hpp"
#include "clauses.hpp"
#include "deduce.hpp"
#include "rootlet/problem.hpp"

namespace rootlet::solv {

/// Tells proofs as trees from the recipe to the cause.
class Teller {
 public:
  struct Input {
    ::Pool& pool;
    ::Solver& solver;
    const Clauses& packages;
    const std::vector<Clause>& clauses;  ///< that the proofs are about
    const Deduction& deduction;
    const std::vector<Job>& jobs;
    const Causes& causes;
  };
  explicit Teller(const Input& input) : in_(input) {}

  /// Adds a problem to `into`; what an earlier one has told is not told again.
  void tell(const Proof& proof, Unsolvable& into);

  /// The packages and dependencies that the last problem spoke of: where hints look.
  struct Mention {
    Id package;
    Id dep;
  };
  [[nodiscard]] const std::vector<Mention>& missing() const noexcept { return missing_; }
  [[nodiscard]] const std::set<int>& told_jobs() const noexcept { return jobs_told_; }

 private:
  /// A proof being told; a refuted assumption has one of its own within that of the problem.
  struct Scope {
    const Proof& proof;
    Scope* parent;
    std::size_t header;                ///< node under which the consequences of an assumption go
    std::map<Rank, std::size_t> told;  ///< packages that must be there → their node
  };
  struct Info {
    ::SolverRuleinfo type = SOLVER_RULE_UNKNOWN;
    Id source = 0, target = 0, dep = 0;
  };
  /// Packages that are out for one reason.
  struct Group {
    std::vector<Rank> ranks;
    Justification justification;  ///< of the newest, and so on
    Info info;
    std::vector<Rank> others;  ///< packages that would have had to be there
    std::vector<std::string> capabilities;
    std::string key;
  };

  std::size_t add(ProblemNode node, std::optional<std::size_t> parent);
  void more(std::size_t count, std::size_t parent);
  [[nodiscard]] bool full() const;
  [[nodiscard]] const Clause& clause(int index) const { return in_.clauses[static_cast<std::size_t>(index)]; }
  [[nodiscard]] Justification justification(Rank literal, const Scope& scope) const;
  [[nodiscard]] std::vector<Info> infos(int clause) const;
  [[nodiscard]] Info choose(int clause) const;
  /// The justification that says most, where several are equally short.
  [[nodiscard]] Justification clearest(Rank rank, const Scope& scope) const;
  /// Without packages for other architectures where there is one for the image's own.
  [[nodiscard]] std::vector<Rank> native(const std::vector<Rank>& ranks) const;
  [[nodiscard]] std::vector<Nevra> nevras(const std::vector<Rank>& ranks) const;

  // Packages that must be there (tree_must.cpp).
  void tell_conflict(Scope& scope);
  void tell_clash(Scope& scope);
  [[nodiscard]] std::vector<Rank> sides(int clause, Scope& scope) const;
  void finish_with(Rank rank, Scope& scope);
  std::size_t premises(int clause, Scope& scope);
  std::size_t root(int clause, Scope& scope);
  std::size_t must(Rank rank, Scope& scope);
  std::size_t link(Rank rank, int clause, std::size_t parent, Scope& scope);
  /// From a package up to, not including, what is asked or supposed; ends in that clause, -1 where supposed.
  [[nodiscard]] std::vector<Rank> chain(Rank rank, const Scope& owner, int& end) const;
  [[nodiscard]] Rank parent_of(int clause) const;
  [[nodiscard]] std::vector<Rank> others_than(Rank rank, const std::vector<Rank>& literals) const;
  void cite(int clause, Rank except, Scope& scope);
  Scope& owner(Rank rank, Scope& scope) const;

  // Packages that are out (tree_out.cpp).
  void out(const std::vector<Rank>& candidates, std::size_t parent, Scope& scope, int depth);
  void out(const Group& group, bool all, std::size_t parent, Scope& scope, int depth);
  void far(Group group, std::size_t parent, Scope& scope, int depth);
  [[nodiscard]] std::vector<Rank> leads_to(const Group& group, const Scope& scope) const;
  std::vector<Group> grouped(const std::vector<Rank>& ranks, const Scope& scope) const;
  ProblemNode sentence(const Group& group, Scope& scope);
  void pair_sentence(ProblemNode& node, const Group& group, Scope& scope);
  std::string signature(Rank rank, Group& group) const;
  [[nodiscard]] std::string refutation_signature(Rank rank, int index) const;
  [[nodiscard]] std::string without_own_version(Id package, Id dep) const;

  Input in_;
  Unsolvable* into_ = nullptr;
  std::size_t first_ = 0;  ///< the problem's first node
  std::map<std::string, std::size_t> memory_;
  std::map<int, std::size_t> roots_;
  std::vector<std::size_t> order_;
  std::vector<Mention> missing_;
  std::set<int> jobs_told_;
};

}  // namespace rootlet::solv
