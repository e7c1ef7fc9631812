#include "weak.hpp"

#include <algorithm>

namespace rootlet::solv {

void add_weak_rules(::Pool& pool, const IdMap& found, const IdMap& allowed, Rules& rules) {
  const auto add = [&](const Formula& formula) {
    for (std::vector<Id> rule : formula) {
      std::erase_if(rule, [&](Id literal) { return literal > 0 && !allowed.has(literal); });
      const bool can_be_met = std::any_of(rule.begin(), rule.end(), [](Id literal) { return literal > 0; });
      if (can_be_met && holds(rule, found)) rules.add(rule);
    }
  };
  for_each_package(pool, [&](Id id) {
    if (!allowed.has(id)) return;
    for (const Id dep : dependencies(pool, id, SOLVABLE_RECOMMENDS)) add(either({{-id}}, formula_of(pool, dep)));
    for (const Id dep : dependencies(pool, id, SOLVABLE_SUPPLEMENTS)) add(either(formula_of(pool, dep, true), {{id}}));
  });
}

}  // namespace rootlet::solv
