#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/diff.hpp"
#include "rootlet/advisories.hpp"

namespace rootlet::analysis {

/// A set that advisories are held against.
struct AdvisorySubject {
  const PackageGraph& graph;
  /// Active module streams; nothing: not known. Then advisories for streams count for packages whose release says
  /// "module".
  std::optional<std::vector<ModuleStream>> streams = std::nullopt;
  std::vector<Nevra> sources = {};  ///< source packages, by place, without epochs; no name, or empty: not known
};

/// The source package of a file name such as "openssl-3.0.7-1.el9.src.rpm"; without a name where it is none.
Nevra source_package(std::string file);

/// Finds which packages of a set advisories are about, and whether they have the fix, as DNF does (`dnf updateinfo
/// list`): by name, architecture and EVR; of several installed versions only the newest can be open. A collection for
/// module streams counts where one of them is active.
AdvisoryHits advisory_hits(const AdvisorySubject& subject, const std::vector<Advisory>& advisories,
                           const CompareVersions& compare);

/// Marks open hits that entries fit, each by the first that fits; returns the entries that fit none.
std::vector<AcceptedAdvisory> accept(AdvisoryHits& hits, const PackageGraph& graph,
                                     const std::vector<Advisory>& advisories,
                                     const std::vector<AcceptedAdvisory>& accepted);

/// Facts of a set beside its graph.
struct Reach {
  std::vector<AvailableVersion> available = {};             ///< packages of repositories
  std::vector<std::vector<Alternative>> alternatives = {};  ///< by place; empty: not known
};

/// The packages with open hits that are not accepted, by id.
std::vector<ExposedPackage> exposed(const AdvisorySubject& subject, const AdvisoryHits& hits,
                                    const std::vector<Advisory>& advisories, const Reach& reach,
                                    const CompareVersions& compare);

}  // namespace rootlet::analysis
