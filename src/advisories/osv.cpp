#include <algorithm>
#include <array>

#include "parts.hpp"
#include "rootlet/error.hpp"

namespace rootlet::advisories {
namespace {

/// Ecosystems whose packages are RPMs (OSV schema, "Defined ecosystems").
constexpr std::array<std::string_view, 10> rpm_ecosystems{"AlmaLinux", "Azure Linux", "Fedora",      "Mageia",
                                                          "Photon OS", "Red Hat",     "Rocky Linux", "SUSE",
                                                          "openEuler", "openSUSE"};

bool is_of_rpms(const std::string& ecosystem) {
  const std::string_view name = std::string_view(ecosystem).substr(0, ecosystem.find(':'));
  return std::find(rpm_ecosystems.begin(), rpm_ecosystems.end(), name) != rpm_ecosystems.end();
}

/// Counts of what cannot be held against packages.
struct UnusableOsv {
  std::size_t ranges = 0, packages = 0;
};

/// The fixed versions of a range; each with the version that brought the fault, unless all before it have it.
void add_range(const json& range, const std::string& name, std::vector<FixedPackage>& packages, UnusableOsv& unusable) {
  std::optional<Nevra> since;
  bool any = false;
  for (const json& event : elements(member(range, "events"))) {
    const std::string introduced = text_at(event, "introduced");
    if (!introduced.empty()) {
      const auto from = introduced == "0" ? std::nullopt : fixed_in(name, introduced, "");
      since = from ? std::optional(from->nevra) : std::nullopt;
    }
    auto fixed = fixed_in(name, text_at(event, "fixed"), "");
    if (!fixed) continue;
    fixed->of_source = true;
    fixed->since = since;
    packages.push_back(std::move(*fixed));
    any = true;
  }
  if (!any) ++unusable.ranges;
}

AdvisoryCollection affected(const json& document, UnusableOsv& unusable) {
  AdvisoryCollection collection;
  for (const json& one : elements(member(document, "affected"))) {
    const json& package = member(one, "package");
    const std::string name = text_at(package, "name");
    if (!is_of_rpms(text_at(package, "ecosystem")) || name.empty()) {
      ++unusable.packages;
      continue;
    }
    for (const json& range : elements(member(one, "ranges"))) {
      add_range(range, name, collection.packages, unusable);
    }
  }
  return collection;
}

AdvisorySeverity osv_severity(const json& document) {
  AdvisorySeverity severity = rated(text_at(member(document, "database_specific"), "severity"));
  for (const json& one : elements(member(document, "affected"))) {
    severity = std::max(severity, rated(text_at(member(one, "database_specific"), "severity")));
    severity = std::max(severity, rated(text_at(member(one, "ecosystem_specific"), "severity")));
  }
  // "Important: openssl security update", as Red Hat and those after it write it.
  const std::string summary = text_at(document, "summary");
  if (const auto colon = summary.find(':'); severity == AdvisorySeverity::unknown && colon != std::string::npos) {
    severity = rated(summary.substr(0, colon));
  }
  return severity;
}

Advisory osv_advisory(const json& document, UnusableOsv& unusable) {
  Advisory advisory;
  advisory.id = text_at(document, "id");
  for (const char* required : {"id", "modified"}) {
    if (text_at(document, required).empty()) {
      throw Error(std::string("it is no OSV document: it has no member '") + required + "'");
    }
  }
  advisory.type = AdvisoryType::security;
  advisory.severity = osv_severity(document);
  advisory.title = text_at(document, "summary");
  advisory.date = day_of(text_at(document, "modified"));
  std::string named = advisory.id;
  for (const char* list : {"aliases", "upstream", "related"}) {
    for (const json& one : elements(member(document, list))) named += " " + text_of(one);
  }
  advisory.cves = cves_in(named);
  for (const json& one : elements(member(document, "references"))) {
    advisory.references.push_back({text_at(one, "type"), "", "", text_at(one, "url")});
  }
  advisory.collections.push_back(affected(document, unusable));
  return advisory;
}

}  // namespace

ReadDocuments read_osv(std::string_view text) {
  ReadDocuments documents;
  UnusableOsv unusable;
  for (const json& document : objects_in(text)) {
    if (!document.is_object()) throw Error("it is no OSV document");
    if (!text_at(document, "withdrawn").empty()) continue;
    documents.list.push_back(osv_advisory(document, unusable));
  }
  note(documents, unusable.ranges, "range", "without a fixed version");
  note(documents, unusable.packages, "package", "of no distribution of RPMs");
  return documents;
}

}  // namespace rootlet::advisories
