#pragma once

#include <map>
#include <optional>
#include <vector>

#include "requirement_tree.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// Places of a set's packages in Solution::packages.
using Places = std::map<Id, PackageId>;

/// Which chosen packages each chosen package is required by, and through which capability. Derived from the packages'
/// own dependencies, not from the order of the solver's decisions.
class Reasons {
 public:
  /// `chosen`: the ids of the set; `weak`: whether recommendations and supplements count.
  Reasons(::Pool& pool, const std::vector<Id>& chosen, bool weak);

  /// Requirements that a package meets, each once, in no order; it does not require itself.
  [[nodiscard]] std::vector<RequiredBy> required_by(Id package, const Places& places) const;
  /// Requirements and recommendations of the chosen packages that no other chosen package is there for; sorted.
  [[nodiscard]] std::vector<RequiredBy> idle(const Places& places) const;
  /// The capabilities that a package is needed for, and all packages that provide each.
  [[nodiscard]] std::map<std::string, std::vector<Id>> provided_for(Id package) const;

 private:
  /// Why a part of a rich dependency counts: a capability that is met, or is not; 0: it always does.
  struct Branch {
    Id condition = 0;
    bool holds = true;
  };
  /// Chosen package that meets a dependency, the name within the dependency, why that part of it counts, and which one
  /// it is of several parts that are needed at once.
  struct Met {
    Id by;
    Id name;
    Branch branch;
    std::optional<std::uint32_t> part;
  };
  struct Use {
    Id by;
    Id dep;
    EdgeKind kind;
    Id name = 0;
    Branch branch = {};
    std::optional<std::uint32_t> part = std::nullopt;
  };
  void add(Id by, Id dep, EdgeKind kind);
  /// Whether it, or one side of its `or`, is the package itself: the other is nobody's need then.
  [[nodiscard]] bool meets_itself(Id package, const RequirementTree<Id>& requirement) const;
  void add_supplements(Id package);
  [[nodiscard]] bool is_met(const RequirementTree<Id>& requirement) const;
  /// The chosen packages that make a requirement true, or the parts of it that there are.
  [[nodiscard]] std::vector<Met> meeting(const RequirementTree<Id>& requirement) const;
  /// The chosen packages that keep a rich conflict from applying: those that meet the condition of its `unless`.
  [[nodiscard]] std::vector<Met> averting(const RequirementTree<Id>& conflict) const;
  void add_averted_conflicts(Id package);
  void add_multilib(const std::vector<Id>& chosen);

  ::Pool& pool_;
  IdMap chosen_;
  std::map<Id, std::vector<Use>> uses_;
  std::vector<Use> idle_;
};

}  // namespace rootlet::solv
