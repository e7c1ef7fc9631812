#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../pool.hpp"
#include "rootlet/model/problem.hpp"
#include "rootlet/solv/solve.hpp"

namespace rootlet::solv {

/// Shows the solver's matching everything for as long as it lives: what is excluded, too.
class Unfiltered {
 public:
  explicit Unfiltered(::Pool& pool) : pool_(pool), considered_(pool.considered) { pool.considered = nullptr; }
  ~Unfiltered() { pool_.considered = considered_; }
  Unfiltered(const Unfiltered&) = delete;
  Unfiltered& operator=(const Unfiltered&) = delete;

 private:
  ::Pool& pool_;
  ::Map* considered_;
};

/// What hides a package that no entry of `exclude` does, to go after "is hidden by": "a module stream that is not
/// enabled".
using HiddenBy = std::function<std::string(Id)>;

/// What the metadata and the recipe say about packages that the solver may not choose.
class Causes {
 public:
  Causes(::Pool& pool, const Request& request, const HiddenBy& hidden_by)
      : pool_(pool), request_(request), hidden_by_(hidden_by) {}

  struct Out {
    Why why = Why::not_installable;
    std::string entry{};
    Mark mark{};
  };
  /// Why a package cannot be chosen at all; nothing where it can.
  [[nodiscard]] std::optional<Out> out(Id package) const;

  /// The packages that come nearest to a dependency that nothing provides: other versions of the capability, or the
  /// capability for other architectures.
  [[nodiscard]] std::vector<Id> near(Id dep) const;

 private:
  [[nodiscard]] const std::set<Id>& excluded_by(std::size_t entry) const;

  ::Pool& pool_;
  const Request& request_;
  const HiddenBy& hidden_by_;
  mutable std::map<std::size_t, std::set<Id>> excluded_;
};

/// The capability without its version: "libx >= 2" → "libx"; 0 for a rich dependency.
Id capability_of(::Pool& pool, Id dep);

/// As RPM prints it, without an epoch of 0.
std::string as_rpm(const Nevra& nevra);

/// Sorted by name, then oldest first, equal ones once.
std::vector<Nevra> sorted_nevras(::Pool& pool, std::vector<Id> packages);

}  // namespace rootlet::solv
