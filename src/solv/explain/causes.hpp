#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../view.hpp"
#include "rootlet/problem.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// Facts of the metadata and the recipe about packages that the solver may not choose.
class Causes {
 public:
  explicit Causes(const View& view) : view_(view), pool_(view.pool()) {}

  struct Out {
    Obstacle why = Obstacle::not_installable;
    std::string entry{};
    Mark mark{};
    std::vector<std::string> streams{};  ///< that would show it if they were enabled
  };
  /// Why a package cannot be chosen at all; nothing where it can.
  [[nodiscard]] std::optional<Out> out(Id package) const;

  /// The packages that come nearest to a dependency that nothing provides: other versions of the capability, or the
  /// capability for other architectures.
  [[nodiscard]] std::vector<Id> near(Id dep) const;

 private:
  [[nodiscard]] Out hidden(Id package, const Hidden& hidden) const;

  const View& view_;
  ::Pool& pool_;
};

/// The capability without its version: "libx >= 2" → "libx"; 0 for a rich dependency.
Id capability_of(::Pool& pool, Id dep);

/// As RPM prints it, without an epoch of 0.
std::string as_rpm(const Nevra& nevra);

/// Sorted by name, then oldest first, equal ones once.
std::vector<Nevra> sorted_nevras(::Pool& pool, const std::vector<Id>& packages);

}  // namespace rootlet::solv
