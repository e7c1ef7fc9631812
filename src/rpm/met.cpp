#include "met.hpp"

#include <rpm/rpmdb.h>

#include <algorithm>
#include <iterator>

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

Packages Met::alone(rpmds requirement) {
  const auto rich = parse_rich(requirement);
  if (!rich) return plain(requirement);
  const Packages left = alone(rich->left.get());
  const Packages right = alone(rich->right.get());
  Packages both;
  const auto into = std::inserter(both, both.end());
  if (rich->op == RPMRICHOP_WITH) {
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), into);
  } else if (rich->op == RPMRICHOP_WITHOUT) {
    std::set_difference(left.begin(), left.end(), right.begin(), right.end(), into);
  } else if (rich->op == RPMRICHOP_OR) {
    std::set_union(left.begin(), left.end(), right.begin(), right.end(), into);
  }
  return both;
}

bool Met::without(const Packages& gone, rpmds requirement) {
  const auto rich = parse_rich(requirement);
  if (rich && rich->op == RPMRICHOP_AND) {
    return without(gone, rich->left.get()) && without(gone, rich->right.get());
  }
  if (rich && rich->op == RPMRICHOP_OR) {
    return without(gone, rich->left.get()) || without(gone, rich->right.get());
  }
  if (rich && (rich->op == RPMRICHOP_IF || rich->op == RPMRICHOP_UNLESS)) {
    const auto branch = parse_rich(rich->right.get());
    const bool branches = branch && branch->op == RPMRICHOP_ELSE;
    const bool condition = without(gone, branches ? branch->left.get() : rich->right.get());
    if (condition == (rich->op == RPMRICHOP_IF)) return without(gone, rich->left.get());
    return branches ? without(gone, branch->right.get()) : rich->op == RPMRICHOP_IF;
  }
  const Packages meeting = alone(requirement);
  return std::any_of(meeting.begin(), meeting.end(), [&](unsigned package) { return !gone.contains(package); });
}

const Packages& Met::takers(rpmds requirement) {
  const auto rich = parse_rich(requirement);
  if (!rich) return plain(requirement);
  const auto [found, fresh] = takers_.try_emplace(written(requirement));
  if (!fresh) return found->second;
  for (const Dependencies* part : {&rich->left, &rich->right}) {
    const Packages parts = takers(part->get());
    found->second.insert(parts.begin(), parts.end());
  }
  return found->second;
}

}  // namespace rootlet::rpm
