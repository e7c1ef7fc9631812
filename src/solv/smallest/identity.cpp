#include "identity.hpp"

#include <algorithm>
#include <vector>

namespace rootlet::solv {
namespace {

/// Which packages, by place, what was asked for leads to once the scriptlets have run. `ids`: by place.
std::vector<bool> reached_at_run_time(const Solution& solution, const std::vector<Id>& ids,
                                      const KnownHeaders& headers) {
  const auto lasts = [&](const RequiredBy& use) {
    const HeaderFacts* facts = headers.find(ids[index(use.package)]);
    return use.kind != EdgeKind::scriptlet && (facts == nullptr || !facts->of_scriptlets.contains(use.capability));
  };
  std::vector<bool> reached;
  for (const ChosenPackage& chosen : solution.packages) reached.push_back(!chosen.reason.requested.empty());
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const auto& uses = solution.packages[i].reason.required_by;
      if (reached[i] || std::none_of(uses.begin(), uses.end(), [&](const RequiredBy& use) {
            return reached[index(use.package)] && lasts(use);
          })) {
        continue;
      }
      reached[i] = true;
      more = true;
    }
  }
  return reached;
}

}  // namespace

std::set<Id> staying_identity(::Pool& pool, const Request& request) {
  const Goal& goal = request.selection.goal;
  std::set<Id> found;
  if (goal.scriptlet_deps != ScriptletDeps::drop || !goal.os_release) return found;
  for (const char* capability : {os_release_path, "system-release", "distribution-release"}) {
    const Id name = pool_str2id(&pool, capability, 0);
    if (name == 0) continue;
    const auto all = providers(pool, name);
    found.insert(all.begin(), all.end());
  }
  return found;
}

void tell_identity(const std::set<Id>& identity, const Places& places, const KnownHeaders& headers,
                   Solution& solution) {
  std::vector<Id> ids(places.size());
  bool any = false;
  for (const auto& [id, place] : places) {
    ids[index(place)] = id;
    any = any || identity.contains(id);
  }
  if (!any) return;
  const std::vector<bool> reached = reached_at_run_time(solution, ids, headers);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (reached[i] || !identity.contains(ids[i])) continue;
    solution.packages[i].reason.requested.push_back(
        {std::string(os_release_key), {}, "which keeps what names the distribution"});
  }
}

}  // namespace rootlet::solv
