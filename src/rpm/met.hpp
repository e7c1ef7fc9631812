#pragma once

#include <rpm/rpmts.h>

#include <map>
#include <set>
#include <string>

#include "dependencies.hpp"

namespace rootlet::rpm {

/// The numbers that the database gives its packages.
using Packages = std::set<unsigned>;

/// Which packages of a database meet a requirement: librpm compares names, versions and paths. Rich dependencies are
/// taken apart (rpm's doc/manual/boolean_dependencies.md); librpm has no call that says by whom they are met.
class Met {
 public:
  /// Reads the database that `ts` has open.
  explicit Met(rpmts ts) : ts_(ts) {}

  /// Whether the packages without those of `gone` meet it.
  bool without(const Packages& gone, rpmds requirement);
  /// Those that meet it or, where it is rich, any part of it.
  const Packages& takers(rpmds requirement);

 private:
  const Packages& plain(rpmds requirement);

  rpmts ts_;
  std::map<std::string, Packages> plain_;   // by requirement as written
  std::map<std::string, Packages> takers_;  // the same
};

}  // namespace rootlet::rpm
