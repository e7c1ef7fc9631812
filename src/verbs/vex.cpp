#include "rootlet/vex.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "advisory_list.hpp"
#include "analysis/advisories.hpp"
#include "rootlet/advisory_answer.hpp"
#include "rootlet/error.hpp"
#include "rootlet/verbs.hpp"
#include "rpm/version.hpp"

namespace rootlet::verbs {
namespace {

std::vector<VexNeed> needs_of(const Solution& solution, const ChosenPackage& chosen) {
  std::vector<VexNeed> needs;
  for (const RequiredBy& use : chosen.reason.required_by) {
    needs.push_back({solution.packages.at(index(use.package)).package.nevra, use.kind});
  }
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  return needs;
}

/// Statement that is proved of a package which is open to a vulnerability by its version; nothing: it is there.
std::optional<VexStatement> statement_of(const Solution& solution, const ChosenPackage& chosen) {
  VexStatement statement;
  const Package& package = chosen.package;
  if (chosen.build_only) {
    statement.needed_by = needs_of(solution, chosen);
  } else if (package.kept_size == 0U && package.installed_size > 0) {
    statement.justification = VexJustification::vulnerable_code_not_present;
    statement.left_out = package.installed_size;
  } else {
    return std::nullopt;
  }
  return statement;
}

/// A statement about an image that was built otherwise would be a lie.
void require_same_packages(const Solution& solution, const inspect::Target& image, const std::string& name) {
  std::set<Nevra> stays;
  for (const ChosenPackage& chosen : solution.packages) {
    if (!chosen.build_only) stays.insert(chosen.package.nevra);
  }
  std::set<Nevra> there;
  for (const GraphPackage& package : image.graph.packages) {
    if (package.nevra.name != "gpg-pubkey") there.insert(package.nevra);
  }
  if (stays == there) return;
  throw usage_error("'" + image.name + "' does not have the packages that '" + name + "' leaves in an image",
                    "name the image that was built from it: 'rootlet diff' shows what differs");
}

std::vector<std::string> vulnerabilities_of(const Advisory& advisory) {
  return advisory.cves.empty() ? std::vector<std::string>{advisory.id} : advisory.cves;
}

}  // namespace

Vex vex(const inspect::Target& target, const inspect::Target* image, const AdvisoryKnowledge& knowledge,
        const AdvisoryFilter& filter) {
  if (!target.solution) {
    throw usage_error("'" + target.name + "': it does not tell which packages took part in its build",
                      "give the recipe or the lock that it was built from, and the image with --image");
  }
  const Solution& solution = *target.solution;
  const Sbom parts = sbom(target);
  Vex vex{parts.subject, {}, {}};
  if (image != nullptr) {
    require_same_packages(solution, *image, target.name);
    vex.subject.digest = sbom(*image).subject.digest;
    vex.subject.system = sbom(*image).subject.system;
  }
  const std::vector<Advisory> advisories = wanted(knowledge.advisories.list, filter);
  const PackageGraph& graph = target.build_graph ? *target.build_graph : target.graph;
  const auto hits = analysis::advisory_hits({graph, target.streams}, advisories, rpm::compare_versions);
  for (const analysis::AdvisoryHit& hit : hits.open) {
    auto proved = statement_of(solution, solution.packages.at(index(hit.package)));
    if (!proved) continue;
    proved->package = parts.packages.at(index(hit.package));
    proved->fixed = hit.fixed;
    proved->advisory = advisories[hit.advisory].id;
    for (const std::string& vulnerability : vulnerabilities_of(advisories[hit.advisory])) {
      proved->vulnerability = vulnerability;
      vex.statements.push_back(*proved);
    }
  }
  std::sort(vex.statements.begin(), vex.statements.end(), [](const VexStatement& a, const VexStatement& b) {
    return std::tie(a.vulnerability, a.package.nevra, a.advisory) <
           std::tie(b.vulnerability, b.package.nevra, b.advisory);
  });
  return vex;
}

}  // namespace rootlet::verbs
