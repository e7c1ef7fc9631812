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
  /// `chosen`: the ids of the set.
  Reasons(::Pool& pool, const std::vector<Id>& chosen);

  /// Sorted and without duplicates; a package does not require itself.
  [[nodiscard]] std::vector<RequiredBy> required_by(Id package, bool weak) const;

 private:
  struct Use {
    Id by;
    Id dep;
    EdgeKind kind;
  };
  void add(Id by, Id dep, EdgeKind kind);
  /// The chosen packages that make a dependency true, through rich dependencies too.
  void collect(Id dep, std::vector<Id>& into) const;
  /// The chosen packages that keep a rich conflict from applying: those that meet the condition of its `unless`.
  void collect_averting(Id conflict, std::vector<Id>& into) const;
  void add_multilib(const std::vector<Id>& chosen);
  [[nodiscard]] bool holds(Id dep) const;

  ::Pool& pool_;
  IdMap chosen_;
  std::map<Id, std::vector<Use>> uses_;
};

}  // namespace rootlet::solv
