#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "comps/comps.hpp"

namespace rootlet::comps {
namespace {

bool glob_matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), FNM_CASEFOLD | FNM_NOESCAPE) == 0;
}

template <class T>
std::vector<std::size_t> find_in(const std::vector<T>& all, const std::string& text) {
  std::vector<std::size_t> exact;
  std::vector<std::size_t> like;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const T& one = all[i];
    if (one.id == text || one.name == text) exact.push_back(i);
    if (glob_matches(text, one.id) || glob_matches(text, one.name) ||
        (!one.name_in_c.empty() && glob_matches(text, one.name_in_c))) {
      like.push_back(i);
    }
  }
  return exact.empty() ? like : exact;
}

}  // namespace

Found find(const Comps& comps, const std::string& text) {
  return {find_in(comps.groups, text), find_in(comps.environments, text)};
}

std::vector<Wanted> groups_of(const Comps& comps, const Found& found, std::vector<std::string>& missing) {
  const auto by_id = [&](const std::string& id) -> const Group* {
    const auto at = std::find_if(comps.groups.begin(), comps.groups.end(), [&](const Group& g) { return g.id == id; });
    return at == comps.groups.end() ? nullptr : &*at;
  };
  std::vector<Wanted> wanted;
  // DNF goes by the ids of what it has found, and takes the first group that has an id.
  std::set<std::string> ids;
  for (const std::size_t i : found.groups) ids.insert(comps.groups[i].id);
  for (const std::string& id : ids) wanted.push_back({by_id(id), nullptr});
  std::set<std::string> seen;
  for (const std::size_t i : found.environments) {
    const EnvironmentGroup& environment = comps.environments[i];
    if (!seen.insert(environment.id).second) continue;
    for (const std::string& id : environment.groups) {
      if (const Group* group = by_id(id)) {
        wanted.push_back({group, &environment});
      } else {
        missing.push_back("the environment '" + environment.name + "' names the group '" + id +
                          "', which no repository has");
      }
    }
  }
  return wanted;
}

}  // namespace rootlet::comps
