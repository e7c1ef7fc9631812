#include "sbom.hpp"

#include <optional>
#include <span>

#include "analysis/solution.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::make {

std::vector<VerifiedFacts> facts_of(const Verified& packages) {
  std::vector<VerifiedFacts> facts;
  for (const rpm::VerifiedPackage& package : packages) facts.push_back({package.header(), package.signed_by()});
  return facts;
}

std::string os_release_of(const root::Root& root) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    if (auto file = root.read(path)) return std::move(file->content);
  }
  return {};
}

Sbom sbom_of(SbomSubject subject, const Solution& solution, const std::vector<VerifiedFacts>& verified) {
  Sbom sbom;
  sbom.subject = std::move(subject);
  auto facts = verified.begin();
  for (const ChosenPackage& chosen : solution.packages) {
    SbomPackage& package = sbom.packages.emplace_back();
    package.nevra = chosen.package.nevra;
    package.role = chosen.build_only ? SbomRole::build_tool : SbomRole::part;
    package.license = chosen.package.license;
    package.vendor = chosen.package.vendor;
    package.source_rpm = chosen.package.source_rpm;
    package.checksum = chosen.package.checksum;
    if (chosen.package.in_base()) continue;
    package.repo = chosen.package.repo;
    const rpm::HeaderInfo& header = facts->header;
    package.license = header.license;
    package.vendor = header.vendor;
    package.source_rpm = header.source_rpm;
    package.url = header.url;
    package.modularity_label = header.modularity_label;
    package.signed_by = facts->signed_by;
    ++facts;
  }
  sbom::add_edges(sbom, analysis::graph_of(solution, analysis::Part::whole));
  return sbom;
}

Sbom without_build_tools(const Sbom& whole) {
  Sbom parts;
  parts.subject = whole.subject;
  parts.dependencies_known = whole.dependencies_known;
  std::vector<std::optional<PackageId>> places;
  for (const SbomPackage& package : whole.packages) {
    const bool part = package.role == SbomRole::part;
    places.push_back(part ? std::optional(package_id(parts.packages.size())) : std::nullopt);
    if (part) parts.packages.push_back(package);
  }
  for (const PackageId id : whole.asked_for) {
    if (const auto place = places.at(index(id))) parts.asked_for.push_back(*place);
  }
  for (const SbomEdge& edge : whole.edges) {
    const auto from = places.at(index(edge.from));
    const auto to = places.at(index(edge.to));
    if (from && to) parts.edges.push_back({*from, *to});
  }
  return parts;
}

std::string sbom_path(const Recipe& recipe, sbom::SbomFormat format) {
  return std::string(sbom::directory_in_image) + "/" + recipe.name + std::string(sbom::file_ending(format));
}

void write_sboms(const Recipe& recipe, const root::Root& root, const Solution& solution, const Verified& packages,
                 std::int64_t source_date_epoch) {
  if (recipe.sboms.empty()) return;
  SbomSubject subject{recipe.name, {}, sbom::os_release(os_release_of(root)), source_date_epoch};
  subject.ids = recipe.rpmdb == rpmdb_manifest ? TrivyIds::of_manifest : TrivyIds::of_database;
  const Sbom sbom = without_build_tools(sbom_of(subject, solution, facts_of(packages)));
  for (const std::string& name : recipe.sboms) {
    const sbom::SbomFormat format = *sbom::format_of(name);
    root.write(sbom_path(recipe, format), sbom::document(sbom, format), {});
  }
}

void add_files(Sbom& sbom, const FileTree& tree, const std::vector<VerifiedFacts>& verified,
               const std::map<std::string, std::string>& origins) {
  std::vector<std::span<const PackageFile>> lists;
  auto facts = verified.begin();
  for (const SbomPackage& package : sbom.packages) {
    const bool known = !package.in_base;
    const bool listed = known && package.role == SbomRole::part;
    lists.push_back(listed ? std::span<const PackageFile>(facts->header.files) : std::span<const PackageFile>());
    if (known) ++facts;
  }
  sbom::add_files(sbom, tree, analysis::owning_packages(analysis::owners_of(tree, lists)), origins);
}

}  // namespace rootlet::make
