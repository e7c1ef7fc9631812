#include <algorithm>

#include "base/text.hpp"
#include "rootlet/error.hpp"
#include "rootlet/lock.hpp"

namespace rootlet::lock {
namespace {

/// Packages of a lock that are updated, by place.
using Updated = std::vector<bool>;

Updated named(const Lock& lock, const std::vector<std::string>& names) {
  Updated updated(lock.packages.size());
  for (std::size_t i = 0; i < updated.size(); ++i) {
    updated[i] = std::find(names.begin(), names.end(), lock.packages[i].package.nevra.name) != names.end();
  }
  return updated;
}

/// Adds packages that cannot stay: those that require one of them in exactly its version, or are so required.
void add_tied(const Lock& lock, Updated& updated) {
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < updated.size(); ++i) {
      for (const RequiredBy& use : lock.packages[i].reason.required_by) {
        const std::size_t other = index(use.package);
        if (use.capability.find(" = ") == std::string::npos || updated[i] == updated[other]) continue;
        updated[i] = updated[other] = more = true;
      }
    }
  }
}

void require_known(const std::vector<Lock>& locks, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const Lock& lock : locks) {
    for (const ChosenPackage& chosen : lock.packages) known.push_back(chosen.package.nevra.name);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw usage_error("the lock has no package '" + name + "'" + did_you_mean(name, known),
                      "name packages of the lock; what the recipe newly asks for comes by itself");
  }
}

}  // namespace

std::set<Nevra> held_packages(const std::vector<Lock>& locks, const std::vector<std::string>& names) {
  require_known(locks, names);
  std::set<Nevra> held;
  for (const Lock& lock : locks) {
    Updated updated = named(lock, names);
    add_tied(lock, updated);
    for (std::size_t i = 0; i < updated.size(); ++i) {
      const Package& package = lock.packages[i].package;
      if (!updated[i] && !package.in_base()) held.insert(package.nevra);
    }
  }
  return held;
}

}  // namespace rootlet::lock
