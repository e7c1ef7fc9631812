#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../known_headers.hpp"
#include "../view.hpp"
#include "formula.hpp"
#include "optimize/optimize.hpp"
#include "rootlet/suggestion.hpp"
#include "rules.hpp"

namespace rootlet::solv {

/// The packages that the entries of `prefer` and `avoid` match.
struct Preferences {
  std::set<Id> prefer, prefer_in_ties, avoid, avoid_in_ties;
};
/// Entries that match nothing are named in `warnings`.
Preferences preferences_of(::Pool& pool, const Goal& goal, std::vector<std::string>& warnings);

/// A set of packages.
struct Chosen {
  std::vector<Id> packages;
  std::set<Id> build_only;  ///< those of them that only scriptlets need
  Optimality optimality;
  bool settled = true;  ///< the search for it was not cut short
};

/// All sets of packages that satisfy a request, and which of them is the best: the choice as an exact optimization
/// problem over the packages that a chain of requirements leads to.
///
/// Where headers decide, they are read of packages that turn out to matter only: a package whose header is not known
/// counts as taking nothing and, once the scriptlets have run, requiring nothing. No set is better than that makes it,
/// so a best set all of whose headers are known is the best of all; until then, the headers of the best are read.
class Choice {
 public:
  /// `dnf`: the set that `solver` has found, which is DNF's.
  Choice(const View& view, KnownHeaders& headers, ::Solver& solver, const Request& request, const std::vector<Id>& dnf,
         Preferences preferences);

  /// The best of all sets.
  [[nodiscard]] Chosen best();
  /// The best of those that satisfy `further` rules, too; nothing where there is none, or none was found in time.
  [[nodiscard]] std::optional<Chosen> best_with(const Formula& further);

  /// Up to `most` sets that would be better than the best one if a single conflict were not. Nothing is dropped.
  [[nodiscard]] std::vector<Blocked> blocked(const Chosen& best, std::size_t most);

  /// Whether a package could be in a set: DNF could choose it, and what it requires exists.
  [[nodiscard]] bool eligible(Id package) const { return allowed_.has(package); }
  /// Whether only the guard rails keep it out.
  [[nodiscard]] bool guarded(Id package) const { return guarded_.contains(package); }
  /// Package that obsoletes this one, so that DNF would not choose it; 0 where none does.
  [[nodiscard]] Id obsoleted_by(Id package) const {
    const auto found = obsoleted_.find(package);
    return found == obsoleted_.end() ? 0 : found->second;
  }
  [[nodiscard]] bool avoided(Id package) const { return preferences_.avoid.contains(package); }

 private:
  struct Conflict {
    Id package;
    Id dep;  ///< capability that it conflicts with
    Id other;
    int ignored;  ///< the variable that is true where it is ignored
  };
  [[nodiscard]] optimize::Program with_conflicts_ignored(std::vector<Conflict>& conflicts) const;
  [[nodiscard]] std::optional<Conflict> conflict_of(std::span<const optimize::Literal> clause) const;

  /// The two sets that are chosen: what is installed, and what of it stays after the scriptlets have run. They are one
  /// and the same where nothing is dropped.
  enum class Stage { installed, staying };

  void number(const Rules& rules);
  /// The problem, by what is known of packages now.
  void make_program();
  /// Reads headers of packages that are not known yet; whether the problem is another one now.
  bool learn(const std::vector<Id>& packages);
  [[nodiscard]] optimize::EffortLimits limits() const;
  /// Whether a set fulfils all rules as they are now.
  [[nodiscard]] bool fits(const Chosen& chosen) const;
  /// The packages, and those that could stand in for one of them whose header is not known.
  [[nodiscard]] std::vector<Id> with_rivals(const std::vector<Id>& packages) const;
  /// Bytes that a package counts for.
  [[nodiscard]] std::uint64_t counted_size(Id id, const Package& package) const;
  /// Value of a set in the level that the objective is about.
  [[nodiscard]] std::uint64_t value_of(const Chosen& chosen) const;
  void add_rules(const Rules& rules, Stage stage);
  void add_requirements_of_staying();
  /// Packages that tell the distribution stay where they are installed.
  void add_identity();
  void add_preferences(const Rules& rules);
  /// A level that counts variables: those of packages in a stage, by what `cost` says of each.
  template <class Cost>
  void add_level(Stage stage, Cost cost);
  void add_levels();
  [[nodiscard]] std::optional<Chosen> solve(const optimize::Program& program, const std::vector<bool>& known,
                                            const optimize::EffortLimits& limits) const;
  [[nodiscard]] std::vector<bool> assignment(const std::vector<Id>& packages, int variables) const;
  [[nodiscard]] optimize::Literal literal(Id id, Stage stage) const;
  [[nodiscard]] bool dropping() const { return request_.selection.goal.scriptlet_deps == ScriptletDeps::drop; }
  [[nodiscard]] std::vector<Id> needed_at_run_time(Id package) const;

  KnownHeaders& headers_;
  ::Pool& pool_;
  const Request& request_;
  Preferences preferences_;
  std::vector<Id> dnf_;
  IdMap allowed_;
  std::map<Id, Id> obsoleted_;
  std::set<Id> guarded_;
  std::vector<Package> packages_;  ///< by number, in the order of their NEVRAs
  std::vector<Id> ids_;            ///< by number
  std::map<Id, int> numbers_;
  Rules rules_;          ///< all that the set that is installed must fulfil
  Rules staying_rules_;  ///< demands of the request and of weak dependencies on what stays
  optimize::Program program_;
  std::vector<int> relaxed_, relaxed_in_ties_;  ///< variables that are true where a preference is not met
  std::size_t main_level_ = 0;
};

}  // namespace rootlet::solv
