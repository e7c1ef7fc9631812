#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/diff.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/package.hpp"

namespace rootlet {

/// An entry of a file of accepted advisories: those of this id or vulnerability whose package fits.
struct AcceptedAdvisory {
  std::string advisory;  ///< id or CVE, a shell pattern (fnmatch(3))
  std::string package;   ///< name, a shell pattern; empty: any
  std::string reason;    ///< never empty
  std::string mark;      ///< "accepted.yaml:3:5"
};

}  // namespace rootlet

namespace rootlet::analysis {

/// A package of a set that an advisory is about.
struct AdvisoryHit {
  std::size_t advisory = 0;  ///< its place in the list
  PackageId package = {};
  Nevra fixed;                ///< the package in the first version that has the fix
  bool reboot = false;        ///< a running system is to be started anew
  std::string accepted = {};  ///< the reason, where it may stay open
  auto operator<=>(const AdvisoryHit&) const = default;
};

/// Hits of a list of advisories in a set; sorted, each once.
struct AdvisoryHits {
  std::vector<AdvisoryHit> open;   ///< the package is older than the version that has the fix
  std::vector<AdvisoryHit> fixed;  ///< it is of that version, or newer
};

/// A package with open advisories, why it is there, and what would close them.
struct ExposedPackage {
  PackageId package = {};
  Nevra fixed;                          ///< in the first version that closes all of them
  std::vector<std::size_t> advisories;  ///< their places in the list; sorted
  Why why;                              ///< with one chain of each root
  std::optional<Package> update;        ///< the newest version within reach that closes them
  std::optional<Package> excluded;      ///< where there is none: the newest that would, but that the recipe excludes
  std::vector<Alternative> prefer;      ///< packages that could stand in its place, without open advisories themselves
};

/// How many advisories have an open package that is not accepted, by severity.
struct AdvisoryCounts {
  std::size_t all = 0;
  std::vector<std::size_t> by_severity = std::vector<std::size_t>(advisory_severities);
  std::size_t accepted = 0;  ///< advisories all of whose open packages are
};
AdvisoryCounts count(const std::vector<Advisory>& advisories, const AdvisoryHits& hits);

/// The advisories with open packages that are not accepted; the worst first, then by id.
std::vector<AdvisoryName> open_names(const std::vector<Advisory>& advisories, const AdvisoryHits& hits);

/// Changes of advisories between two sets, both over the same list.
AdvisoryChanges changes(const std::vector<Advisory>& advisories, const AdvisoryHits& before, const AdvisoryHits& after);

}  // namespace rootlet::analysis
