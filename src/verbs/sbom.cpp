#include "rootlet/sbom.hpp"

#include <algorithm>

#include "base/source_date.hpp"
#include "rootlet/audit.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::verbs {
namespace {

SbomPackage part_of(const InstalledPackage& installed) {
  SbomPackage package;
  package.nevra = installed.nevra;
  package.license = installed.license;
  package.vendor = installed.vendor;
  package.source_rpm = installed.source_rpm;
  package.url = installed.url;
  package.modularity_label = installed.modularity_label;
  package.signed_by = installed.signed_by;
  return package;
}

SbomPackage part_of(const ChosenPackage& chosen) {
  SbomPackage package;
  package.nevra = chosen.package.nevra;
  package.role = chosen.build_only ? SbomRole::build_tool : SbomRole::part;
  package.license = chosen.package.license;
  package.vendor = chosen.package.vendor;
  package.source_rpm = chosen.package.source_rpm;
  if (!chosen.package.in_base()) package.repo = chosen.package.repo;
  package.checksum = chosen.package.checksum;
  return package;
}

}  // namespace

Sbom sbom(const inspect::Target& target) {
  if (target.form == inspect::Form::sbom) return *target.sbom;
  Sbom sbom;
  sbom.subject.name = target.image_name;
  sbom.subject.is_image = !target.solution;
  if (target.image) sbom.subject.digest = target.image->digest;
  if (target.os_release) sbom.subject.system = sbom::os_release(*target.os_release);
  std::int64_t newest = target.sbom ? target.sbom->subject.created : 0;
  for (const InstalledPackage& installed : target.installed) {
    newest = std::max(newest, installed.build_time);
    sbom.packages.push_back(part_of(installed));
  }
  if (target.solution) {
    for (const ChosenPackage& chosen : target.solution->packages) {
      newest = std::max(newest, chosen.package.build_time);
      sbom.packages.push_back(part_of(chosen));
    }
  }
  sbom.subject.created = source_date_epoch().value_or(newest);
  sbom::add_edges(sbom, target.build_graph ? *target.build_graph : target.graph);
  if (target.files && target.files->contents_read) {
    sbom::add_files(sbom, *target.files,
                    analysis::owning_packages(analysis::owners_of(*target.files, target.installed)), {});
  }
  return sbom;
}

}  // namespace rootlet::verbs
