#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analysis/groups.hpp"
#include "base/text.hpp"
#include "subject.hpp"

namespace rootlet::analysis {
namespace {

bool is_unmet(const Dependency& dependency) {
  const KindClass kind = class_of(dependency.kind);
  return dependency.providers.empty() && (kind == KindClass::runtime || kind == KindClass::scriptlet) &&
         !dependency.capability.starts_with("rpmlib(");
}

/// The kinds of one package's unmet requirements of one capability.
using Unmet = std::map<std::pair<PackageId, std::string>, std::vector<const Dependency*>>;

/// A path of which a merged /usr does not matter.
std::string_view merged(std::string_view path) { return path.starts_with("/usr/") ? path.substr(4) : path; }

/// The package that has a file which it was installed without; empty: none.
std::string installed_without(const Subject& subject, const std::string& path) {
  if (form_of(path) != CapabilityForm::file) return {};
  for (const InstalledPackage& package : subject.input.installed) {
    for (const PackageFile& file : package.files) {
      if (!file.installed && merged(file.path) == merged(path)) return package.nevra.str();
    }
  }
  return {};
}

void add_unmet(const Subject& subject, PackageId package, const std::string& capability,
               const std::vector<const Dependency*>& uses, Findings& findings) {
  std::vector<std::string> kinds;
  bool at_run_time = false;
  for (const Dependency* use : uses) {
    at_run_time = at_run_time || use->kind == EdgeKind::runtime;
    kinds.emplace_back(edge_kind_name(use->kind));
  }
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  std::string message = fmt::format("requires {}, which no package provides", capability);
  if (!uses.front()->condition.empty()) message += fmt::format(" ({})", because(uses.front()->condition));
  Finding& finding = findings.add("unmet-requirement", subject.nevra(package), "", std::move(message));
  const std::string without = installed_without(subject, capability);
  if (!without.empty()) finding.message += ": " + without + " was installed without it";
  if (!without.empty() && at_run_time) {
    finding.severity = Severity::note;
    finding.advice = "Nothing, if it was left out on purpose.";
  } else if (!at_run_time) {
    finding.severity = Severity::note;
    finding.message += fmt::format("; only scriptlets need it ({})", join(kinds, ", "));
    finding.advice = "Nothing, as long as no package manager changes the root: the scriptlets have run.";
  } else if (form_of(capability) == CapabilityForm::file && subject.input.files != nullptr &&
             subject.input.files->resolve(capability) != nullptr) {
    finding.severity = Severity::warning;
    finding.message += "; the file is there all the same";
    finding.advice = "Install the package that has the file: as it is, nobody updates it.";
  }
}

}  // namespace

void check_requirements(const Subject& subject, Findings& findings) {
  Unmet unmet;
  for (const Dependency& dependency : subject.input.graph.dependencies) {
    if (is_unmet(dependency)) unmet[{dependency.from, dependency.capability}].push_back(&dependency);
  }
  for (const auto& [what, uses] : unmet) add_unmet(subject, what.first, what.second, uses, findings);
}

void check_clashes(const Subject& subject, Findings& findings) {
  for (const Clash& clash : subject.input.graph.clashes) {
    const Nevra& other = subject.nevra(clash.other);
    if (clash.obsoletes) {
      findings.add("obsoleted-package", other, "",
                   fmt::format("{} obsoletes {}", subject.nevra(clash.package).str(), clash.capability));
    } else {
      findings.add("conflicting-packages", subject.nevra(clash.package), "",
                   fmt::format("conflicts with {}, which is {}", clash.capability, other.str()));
    }
  }
}

/// As `dnf check` has it: of one name and architecture; but for kernels and the like, which may stand side by side.
void check_duplicates(const Subject& subject, Findings& findings) {
  std::map<std::pair<std::string, std::string>, std::vector<PackageId>> by_name;
  for (std::uint32_t i = 0; i < subject.input.installed.size(); ++i) {
    const InstalledPackage& package = subject.input.installed[i];
    if (package.install_only || is_key(package.nevra)) continue;
    by_name[{package.nevra.name, package.nevra.arch}].push_back(PackageId{i});
  }
  for (const auto& [name, versions] : by_name) {
    if (versions.size() < 2) continue;
    std::vector<std::string> others;
    for (const PackageId id : versions) others.push_back(subject.nevra(id).str());
    others.pop_back();
    findings.add("duplicate-package", subject.nevra(versions.back()), "",
                 fmt::format("is there more than once: beside {}", join(others, ", ")));
  }
}

void check_still_required(const Subject& subject, Findings& findings) {
  const PackageGraph& graph = subject.input.graph;
  const auto next = adjacency(graph);
  std::vector<bool> reached(graph.packages.size(), false);
  std::vector<PackageId> pending;
  for (const Root& root : graph.roots) pending.insert(pending.end(), root.packages.begin(), root.packages.end());
  while (!pending.empty()) {
    const PackageId at = pending.back();
    pending.pop_back();
    if (reached[index(at)]) continue;
    reached[index(at)] = true;
    pending.insert(pending.end(), next[index(at)].begin(), next[index(at)].end());
  }
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    if (reached[i] || is_key(graph.packages[i].nevra)) continue;
    findings.add("unrequired-package", subject.nevra(PackageId{i}), "",
                 fmt::format("nothing that was asked for needs it ({})", human_size(graph.packages[i].installed_size)));
  }
}

void check_signatures(const Subject& subject, Findings& findings) {
  std::vector<PackageId> unsigned_ones;
  std::size_t packages = 0;
  for (std::uint32_t i = 0; i < subject.input.installed.size(); ++i) {
    const InstalledPackage& package = subject.input.installed[i];
    if (is_key(package.nevra)) continue;
    ++packages;
    if (package.signed_by.empty()) unsigned_ones.push_back(PackageId{i});
  }
  if (unsigned_ones.size() == packages && packages > 1) {
    findings.add("unsigned-package", {}, "", fmt::format("none of the {} packages is signed", grouped(packages)));
    return;
  }
  for (const PackageId id : unsigned_ones) findings.add("unsigned-package", subject.nevra(id), "", "is not signed");
}

void check_records(const Subject& subject, Findings& findings) {
  const FileTree& tree = *subject.input.files;
  if (!subject.input.graph.packages_known) {
    findings.add("no-package-records", {}, "", "there is neither an RPM database nor a list of packages");
  } else if (is_listed(subject.input)) {
    const bool manifest = subject.input.sboms.empty() || tree.contents.contains(manifest_path);
    findings.add("manifest-only", {}, "",
                 fmt::format("{} names {}; there is no RPM database", manifest ? "a manifest" : "an SBOM",
                             counted(subject.input.graph.packages.size(), "package")));
  }
  if (tree.resolve("/etc/os-release") == nullptr && tree.resolve("/usr/lib/os-release") == nullptr) {
    findings.add("no-os-release", {}, "", "neither /etc/os-release nor /usr/lib/os-release is there");
  }
}

}  // namespace rootlet::analysis
