#include "insecure.hpp"

#include <algorithm>

#include "analysis/advisories.hpp"
#include "rootlet/advisory_sources.hpp"
#include "rpm/version.hpp"

namespace rootlet::make {

std::set<Nevra> insecure_packages(const Base& base, const Recipe& recipe, const std::vector<RepoMetadata>& repos,
                                  const Environment& environment, Progress& progress) {
  if (recipe.selection.upgrade != Upgrade::security) return {};
  PackageGraph graph;
  for (const rpm::RawHeader& header : base.database.headers) {
    if (!header.is_key) graph.packages.push_back({header.nevra});
  }
  const Advisories advisories = load_advisories(repos, {}, environment, progress);
  const auto hits = analysis::advisory_hits({graph}, advisories.list, rpm::compare_versions);
  std::set<Nevra> insecure;
  for (const analysis::AdvisoryHit& hit : hits.open) {
    const bool security = advisories.list.at(hit.advisory).type == AdvisoryType::security;
    if (security) insecure.insert(graph.at(hit.package).nevra);
  }
  return insecure;
}

}  // namespace rootlet::make
