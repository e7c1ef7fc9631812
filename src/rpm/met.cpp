#include "met.hpp"

#include <rpm/rpmdb.h>

#include <algorithm>

#include "rich.hpp"

namespace rootlet::rpm {
namespace {

using Matches = Handle<std::remove_pointer_t<rpmdbMatchIterator>, rpmdbFreeIterator>;

std::string written(rpmds requirement) {
  const char* const text = rpmdsDNEVR(requirement);
  return text == nullptr ? "" : text;
}

}  // namespace

const Packages& Met::plain(rpmds requirement) {
  const auto [found, fresh] = plain_.try_emplace(written(requirement));
  if (!fresh) return found->second;
  const char* const name = rpmdsN(requirement);
  if (name == nullptr) return found->second;
  if (*name == '/') {
    const Matches owners(rpmtsInitIterator(ts_, RPMDBI_INSTFILENAMES, name, 0));
    while (rpmdbNextIterator(owners.get()) != nullptr) found->second.insert(rpmdbGetIteratorOffset(owners.get()));
  }
  const Matches providers(rpmtsInitIterator(ts_, RPMDBI_PROVIDENAME, name, 0));
  while (Header header = rpmdbNextIterator(providers.get())) {
    if (rpmdsAnyMatchesDep(header, requirement, 1) != 0) {
      found->second.insert(rpmdbGetIteratorOffset(providers.get()));
    }
  }
  return found->second;
}

bool Met::without(const Packages& gone, rpmds requirement) {
  const auto remains = [&](unsigned package) { return !gone.contains(package); };
  return holds(requirement_of(requirement), [&](const RequirementTree<Leaf>& part) {
    const Packages meeting = each_alone(part, [&](const Leaf& leaf) { return plain(leaf.requirement); });
    return std::any_of(meeting.begin(), meeting.end(), remains);
  });
}

const Packages& Met::takers(rpmds requirement) {
  const auto [found, fresh] = takers_.try_emplace(written(requirement));
  if (!fresh) return found->second;
  for_each_leaf(requirement_of(requirement), [&, &into = found->second](const Leaf& leaf) {
    const Packages& meeting = plain(leaf.requirement);
    into.insert(meeting.begin(), meeting.end());
  });
  return found->second;
}

}  // namespace rootlet::rpm
