#include "sbom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "analysis/roots.hpp"
#include "base/fs.hpp"
#include "base/text.hpp"
#include "graph.hpp"
#include "rootlet/error.hpp"

namespace rootlet::inspect {
namespace {

bool is_part(const SbomPackage& package) { return package.role == SbomRole::part; }

std::vector<Root> roots_of(const PackageGraph& graph, const std::vector<PackageId>& asked_for) {
  std::vector<Root> roots = analysis::unrequired(graph);
  std::vector<PackageId> unrequired;
  for (const Root& root : roots) unrequired.insert(unrequired.end(), root.packages.begin(), root.packages.end());
  std::sort(unrequired.begin(), unrequired.end());
  if (!asked_for.empty() && asked_for != unrequired) {
    roots.clear();
    for (const PackageId id : asked_for) roots.push_back({Root::Kind::stated, graph.at(id).nevra.name, {}, {}, {id}});
  }
  analysis::sort_roots(roots);
  return roots;
}

/// The module streams of an image: its SBOM tells them of each package. That of a recipe does not.
std::optional<std::vector<ModuleStream>> streams_in(const Sbom& sbom) {
  if (!sbom.subject.is_image) return std::nullopt;
  std::vector<std::string> builds;
  for (const SbomPackage& package : sbom.packages) {
    if (is_part(package) && !package.modularity_label.empty()) builds.push_back(package.modularity_label);
  }
  return streams_of(builds);
}

bool names_the_same(const Sbom& sbom, const std::vector<InstalledPackage>& packages) {
  const std::vector<InstalledPackage> own = installed_of(sbom);
  return std::equal(own.begin(), own.end(), packages.begin(), packages.end(),
                    [](const InstalledPackage& a, const InstalledPackage& b) { return a.nevra == b.nevra; });
}

/// Sentence on what an SBOM cannot tell; `what` names that which is its.
std::string limits_of(const std::string& name, const char* what) {
  return name + ": " + what +
         "; it does not say for what one package depends on another, nor whether a third one would do";
}

void fill(std::string& field, const std::string& value) {
  if (field.empty()) field = value;
}

}  // namespace

std::vector<InstalledPackage> installed_of(const Sbom& sbom) {
  std::vector<InstalledPackage> list;
  for (const SbomPackage& package : sbom.packages) {
    if (!is_part(package)) continue;
    InstalledPackage& one = list.emplace_back();
    one.nevra = package.nevra;
    one.vendor = package.vendor;
    one.license = package.license;
    one.source_rpm = package.source_rpm;
    one.url = package.url;
    one.modularity_label = package.modularity_label;
    one.signed_by = package.signed_by;
  }
  return list;
}

PackageGraph graph_of(const Sbom& sbom, analysis::Part part) {
  PackageGraph graph;
  std::vector<std::optional<PackageId>> members(sbom.packages.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (part == analysis::Part::staying && !is_part(sbom.packages[i])) continue;
    members[i] = package_id(graph.packages.size());
    graph.packages.push_back({sbom.packages[i].nevra});
  }
  for (const SbomEdge& edge : sbom.edges) {
    const auto from = members.at(index(edge.from));
    const auto to = members.at(index(edge.to));
    if (from && to) graph.dependencies.push_back({*from, {}, EdgeKind::stated, {}, {*to}});
  }
  std::sort(graph.dependencies.begin(), graph.dependencies.end());
  std::vector<PackageId> asked_for;
  for (const PackageId id : sbom.asked_for) {
    if (const auto member = members.at(index(id))) asked_for.push_back(*member);
  }
  Root base{Root::Kind::base, "base"};
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i] && sbom.packages[i].in_base) base.packages.push_back(*members[i]);
  }
  graph.dependencies_known = sbom.dependencies_known;
  graph.roots = roots_of(graph, asked_for);
  if (!base.packages.empty()) graph.roots.push_back(std::move(base));
  return graph;
}

void add_sbom(Target& target, const fs::path& path) {
  sbom::SbomReading reading;
  try {
    if (fs::file_size(path) > sbom::largest_document) {
      throw Error("it is larger than " + human_size(sbom::largest_document));
    }
    reading = sbom::read(read_file(path));
  } catch (const Error& error) {
    throw error.within("cannot read the SBOM '" + path.string() + "'");
  }
  Sbom& sbom = reading.sbom;
  target.installed = installed_of(sbom);
  if (target.installed.empty()) {
    throw Error("the SBOM '" + path.string() + "' names no RPM packages",
                "packages count by their package URLs, pkg:rpm/…, with version and release");
  }
  if (!sbom.subject.name.empty()) target.image_name = sbom.subject.name;
  target.graph = graph_of(sbom, analysis::Part::staying);
  if (target.installed.size() < sbom.packages.size()) target.build_graph = graph_of(sbom, analysis::Part::whole);
  target.streams = streams_in(sbom);
  target.by_headers = false;
  if (reading.passed_over > 0) {
    const bool one = reading.passed_over == 1;
    target.warnings.push_back(fmt::format("{}: {} {} passed over: {} no RPM {}", target.name,
                                          counted(reading.passed_over, "component"), one ? "was" : "were",
                                          one ? "it is" : "they are", one ? "package" : "packages"));
  }
  target.warnings.push_back(sbom.dependencies_known ? limits_of(target.name, "it tells no sizes, which count as 0")
                                                    : target.name + ": it tells no sizes, which count as 0");
  target.sbom = std::move(sbom);
}

std::vector<FoundSbom> sboms_in(const installed::Tree& tree, const std::string& name,
                                std::vector<std::string>& warnings) {
  std::vector<FoundSbom> found;
  const std::string directory = std::string(sbom::directory_in_image) + "/";
  for (const auto& [path, text] : tree.files.contents) {
    if (!path.starts_with(directory)) continue;
    try {
      if (text.empty()) throw Error("it is empty, or larger than any that is read");
      Sbom sbom = sbom::read(text).sbom;
      if (!sbom.packages.empty()) found.push_back({path, std::move(sbom)});
    } catch (const Error& error) {
      warnings.push_back(fmt::format("{}:{}: passed over: {}", name, printable(path), error.what()));
    }
  }
  return found;
}

std::vector<SbomRecord> records_of(const std::vector<FoundSbom>& found) {
  std::vector<SbomRecord> records;
  for (const FoundSbom& one : found) {
    SbomRecord& record = records.emplace_back();
    record.path = one.path;
    const OsRelease& system = one.sbom.subject.system;
    record.names_system = !system.id.empty() && !system.version_id.empty();
    for (const SbomPackage& package : one.sbom.packages) record.packages.push_back(package.nevra);
  }
  return records;
}

void add_dependencies(Target& target, const std::vector<FoundSbom>& found) {
  const auto same = std::find_if(found.begin(), found.end(), [&](const FoundSbom& one) {
    return one.sbom.dependencies_known && names_the_same(one.sbom, target.installed);
  });
  if (same == found.end()) return;
  PackageGraph graph = graph_of(same->sbom, analysis::Part::staying);
  target.graph.dependencies = std::move(graph.dependencies);
  target.graph.roots = std::move(graph.roots);
  target.graph.dependencies_known = true;
  target.streams = streams_in(same->sbom);
  const std::vector<InstalledPackage> told = installed_of(same->sbom);
  for (std::size_t i = 0; i < told.size(); ++i) {
    InstalledPackage& package = target.installed[i];
    fill(package.vendor, told[i].vendor);
    fill(package.license, told[i].license);
    fill(package.source_rpm, told[i].source_rpm);
    fill(package.url, told[i].url);
    fill(package.modularity_label, told[i].modularity_label);
    fill(package.signed_by, told[i].signed_by);
  }
  target.warnings.push_back(limits_of(target.name + ":" + printable(same->path), "the dependencies are this SBOM's"));
}

bool add_packages(Target& target, std::vector<FoundSbom> found) {
  if (found.empty()) return false;
  auto taken =
      std::find_if(found.begin(), found.end(), [](const FoundSbom& one) { return one.sbom.dependencies_known; });
  if (taken == found.end()) taken = found.begin();
  const std::string name = target.name + ":" + printable(taken->path);
  target.installed = installed_of(taken->sbom);
  if (target.installed.empty()) return false;
  target.graph = graph_of(taken->sbom, analysis::Part::staying);
  target.streams = streams_in(taken->sbom);
  target.by_headers = false;
  constexpr const char* what = "the packages are this SBOM's, which tells no sizes: they count as 0";
  target.warnings.push_back(taken->sbom.dependencies_known ? limits_of(name, what) : name + ": " + what);
  for (const FoundSbom& other : found) {
    if (&other == &*taken || names_the_same(other.sbom, target.installed)) continue;
    target.warnings.push_back(
        fmt::format("{}:{} names other packages, which do not count", target.name, printable(other.path)));
  }
  target.sbom = std::move(taken->sbom);
  return true;
}

}  // namespace rootlet::inspect
