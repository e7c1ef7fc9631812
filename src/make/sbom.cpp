#include "sbom.hpp"

#include <span>

#include "analysis/solution.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::make {

Sbom sbom_of(SbomSubject subject, const Solution& solution, const std::vector<VerifiedFacts>& verified) {
  Sbom sbom;
  sbom.subject = std::move(subject);
  for (std::size_t i = 0; i < solution.packages.size(); ++i) {
    const ChosenPackage& chosen = solution.packages[i];
    const rpm::HeaderInfo& header = verified.at(i).header;
    SbomPackage package;
    package.nevra = chosen.package.nevra;
    package.role = chosen.build_only ? SbomRole::build_tool : SbomRole::part;
    package.license = header.license;
    package.vendor = header.vendor;
    package.source_rpm = header.source_rpm;
    package.url = header.url;
    package.modularity_label = header.modularity_label;
    package.repo = chosen.package.repo;
    package.signed_by = verified[i].signed_by;
    package.checksum = chosen.package.checksum;
    sbom.packages.push_back(std::move(package));
  }
  sbom::add_edges(sbom, analysis::graph_of(solution, analysis::Part::whole));
  return sbom;
}

void add_files(Sbom& sbom, const FileTree& tree, const std::vector<VerifiedFacts>& verified,
               const std::map<std::string, std::string>& origins) {
  std::vector<std::span<const PackageFile>> lists;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    const bool stays = sbom.packages.at(i).role == SbomRole::part;
    lists.push_back(stays ? std::span<const PackageFile>(verified[i].header.files) : std::span<const PackageFile>());
  }
  sbom::add_files(sbom, tree, analysis::owning_packages(analysis::owners_of(tree, lists)), origins);
}

}  // namespace rootlet::make
