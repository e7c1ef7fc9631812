#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "modules/modules.hpp"
#include "pool.hpp"

namespace rootlet::solv {

/// Why modules hide a package.
struct Hiding {
  bool shadowed = false;             ///< by a package of an active stream; else it is in streams that are not active
  std::vector<std::string> streams;  ///< "nodejs:20": the one that shadows it, or those that have it; sorted
};

/// Says which packages module streams hide, in the way of libdnf: those of streams that are not active, and those that
/// have or provide the name of a package of an active stream without being of one.
class ModuleFilter {
 public:
  /// `active`: indices of the builds whose packages are shown. `keep`: ids of repositories that nothing is hidden of.
  /// The pool must be ready to be asked for providers.
  ModuleFilter(::Pool& pool, const modules::Facts& facts, const std::set<std::size_t>& active,
               const std::set<std::string>& keep);

  [[nodiscard]] std::vector<Id> hidden() const;
  /// Nothing where modules do not hide it.
  [[nodiscard]] std::optional<Hiding> why(Id package) const;
  /// The packages that are artifacts of one of these builds.
  [[nodiscard]] std::set<Id> artifacts_of(const std::set<std::size_t>& builds) const;

 private:
  struct Reason {
    bool shadowed = false;
    std::set<std::size_t> builds;
  };
  void place_artifacts();
  void hide_inactive(const std::set<std::size_t>& active);
  void hide_shadowed(const std::set<std::size_t>& active);
  void hide(Id package, bool shadowed, std::size_t build);
  [[nodiscard]] bool kept(Id package) const;

  ::Pool& pool_;
  const modules::Facts& facts_;
  std::set<const ::Repo*> keep_;
  std::map<Id, std::vector<std::size_t>> builds_of_;  ///< package -> the builds that have it
  std::set<Id> shown_;
  std::map<Id, Reason> hidden_;
};

}  // namespace rootlet::solv
