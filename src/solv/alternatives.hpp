#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "pool.hpp"
#include "rootlet/package.hpp"
#include "smallest/choice.hpp"
#include "view.hpp"

namespace rootlet::solv {

/// Which packages could have met a requirement in place of the chosen ones, and why each of them lost.
class Alternatives {
 public:
  /// `choice`: what proved the set to be the best; nullptr where it is merely the solver's.
  Alternatives(const View& view, const std::vector<Id>& chosen, const Choice* choice);

  /// The packages other than chosen ones that could have stood in for `package`; `uses`: the capabilities it is needed
  /// for and who else provides each. Sorted.
  [[nodiscard]] std::vector<Alternative> losers(Id package, const std::map<std::string, std::vector<Id>>& uses) const;

 private:
  struct Verdict {
    LostBecause why;
    std::string detail = {};
    std::optional<Nevra> rival = {};
    bool rival_is_chosen = true;
  };
  /// The package that another one lost to.
  [[nodiscard]] Verdict lost_to(LostBecause why, Id rival) const { return {why, {}, nevra_of(pool_, rival)}; }
  [[nodiscard]] Verdict verdict(Id loser, Id winner) const;
  [[nodiscard]] std::optional<Verdict> unusable(Id loser) const;
  [[nodiscard]] std::optional<Verdict> same_name(Id loser) const;
  [[nodiscard]] std::optional<Verdict> rejected(Id loser, Id winner) const;
  [[nodiscard]] std::optional<Verdict> lacking(Id loser) const;
  [[nodiscard]] Verdict not_best(Id loser) const;

  const View& view_;
  ::Pool& pool_;
  const Choice* choice_;
  IdMap chosen_;
  std::map<Id, std::vector<Id>> chosen_by_name_;  ///< name to packages
  std::map<Id, Id> obsoleted_by_;                 ///< package to the chosen one that obsoletes it
  std::map<Id, std::vector<Id>> conflicts_with_;  ///< package to the chosen ones that conflict with it
};

}  // namespace rootlet::solv
