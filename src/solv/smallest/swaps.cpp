#include "swaps.hpp"

#include <algorithm>
#include <set>

namespace rootlet::solv {

std::vector<SwapIds> swaps_of(::Pool& pool, const std::vector<Id>& dnf, const std::vector<Id>& chosen, bool weak) {
  std::set<Id> lost(dnf.begin(), dnf.end());
  const std::set<Id> before(dnf.begin(), dnf.end());
  for (const Id id : chosen) lost.erase(id);
  const Reasons reasons(pool, chosen, weak);
  std::map<Id, std::pair<std::set<Id>, std::set<std::string>>> found;
  for (const Id id : chosen) {
    if (before.contains(id)) continue;
    for (const auto& [capability, providers] : reasons.provided_for(id)) {
      for (const Id other : providers) {
        if (!lost.contains(other)) continue;
        found[other].first.insert(id);
        found[other].second.insert(capability);
      }
    }
  }
  std::vector<SwapIds> swaps;
  for (const auto& [id, swap] : found) {
    swaps.push_back({id, {swap.first.begin(), swap.first.end()}, {swap.second.begin(), swap.second.end()}});
  }
  return swaps;
}

Swap describe(::Pool& pool, const SwapIds& swap, const Places& places,
              const std::map<std::string, std::string>& fewer_features) {
  Swap result;
  result.instead_of = nevra_of(pool, swap.instead_of);
  result.capabilities = swap.capabilities;
  std::vector<Id> chosen = swap.chosen;
  std::sort(chosen.begin(), chosen.end(),
            [&](Id a, Id b) { return comes_first_as_text(nevra_of(pool, a), nevra_of(pool, b)); });
  std::set<std::string> losses;
  for (const Id id : chosen) {
    result.chosen.push_back(places.at(id));
    const auto loss = fewer_features.find(nevra_of(pool, id).name);
    if (loss != fewer_features.end()) losses.insert(loss->second);
  }
  for (const std::string& loss : losses) result.loss += (result.loss.empty() ? "" : "; ") + loss;
  return result;
}

}  // namespace rootlet::solv
