#pragma once

#include <map>
#include <vector>

#include "pool.hpp"
#include "rootlet/model/package.hpp"

namespace rootlet::solv {

/// Which chosen packages each chosen package is required by, and through which capability. Derived from the packages'
/// own dependencies, not from the order of the solver's decisions.
class Reasons {
 public:
  /// `chosen`: the ids of the set; `weak`: whether recommendations and supplements count.
  Reasons(::Pool& pool, const std::vector<Id>& chosen, bool weak);

  /// Sorted and without duplicates; a package does not require itself.
  [[nodiscard]] std::vector<RequiredBy> required_by(Id package) const;
  /// What the chosen packages require or recommend without any other chosen package being there for it; sorted.
  [[nodiscard]] std::vector<RequiredBy> idle() const;
  /// The capabilities that a package is needed for, and all packages that provide each.
  [[nodiscard]] std::map<std::string, std::vector<Id>> provided_for(Id package) const;

 private:
  /// Why a part of a rich dependency counts: a capability that is met, or is not; 0: it always does.
  struct Branch {
    Id condition = 0;
    bool holds = true;
  };
  /// What a dependency is met by: a chosen package, the name within the dependency, why that part of it counts.
  struct Met {
    Id by;
    Id name;
    Branch branch;
  };
  struct Use {
    Id by;
    Id dep;
    EdgeKind kind;
    Id name = 0;
    Branch branch = {};
  };
  void add(Id by, Id dep, EdgeKind kind);
  [[nodiscard]] bool meets_itself(Id package, Id dep) const;
  void add_supplements(Id package);
  /// The chosen packages that make a dependency true, through rich dependencies too.
  void collect(Id dep, Branch branch, std::vector<Met>& into) const;
  /// The chosen packages that keep a rich conflict from applying: those that meet the condition of its `unless`.
  void collect_averting(Id conflict, std::vector<Met>& into) const;
  void add_averted_conflicts(Id package);
  void add_multilib(const std::vector<Id>& chosen);
  [[nodiscard]] bool holds(Id dep) const;

  ::Pool& pool_;
  IdMap chosen_;
  std::map<Id, std::vector<Use>> uses_;
  std::vector<Use> idle_;
};

}  // namespace rootlet::solv
