#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet {

/// Kind of an advisory; the names are those of updateinfo.xml.
enum class AdvisoryType {
  security,
  bugfix,
  enhancement,
  newpackage,
  other  ///< the advisory names none of these
};
std::string_view advisory_type_name(AdvisoryType type) noexcept;
/// None of these names: other.
AdvisoryType advisory_type_of(std::string_view name) noexcept;

/// Rating of an advisory in Red Hat's words, from the least to the worst. unknown: none, or one that nobody knows.
enum class AdvisorySeverity { unknown, low, moderate, important, critical };
inline constexpr std::size_t advisory_severities = 5;
/// "important".
std::string_view advisory_severity_name(AdvisorySeverity severity) noexcept;
/// The severity of that very name.
std::optional<AdvisorySeverity> advisory_severity_of(std::string_view name) noexcept;
/// The severity that a publisher means, in any case of letters; CVSS's "high" and "medium" are important and moderate.
AdvisorySeverity rated(std::string_view written) noexcept;

/// Something that an advisory refers to. What is not said is empty.
struct AdvisoryReference {
  std::string type;  ///< "cve", "bugzilla", "self", …
  std::string id;
  std::string title;
  std::string url;
  auto operator<=>(const AdvisoryReference&) const = default;
};

/// A module stream. Its fixes count only where it is active.
struct ModuleStream {
  std::string name;
  std::string stream;
  std::string context;  ///< empty: any
  auto operator<=>(const ModuleStream&) const = default;
};

/// The first version of a package that has a fix.
struct FixedPackage {
  Nevra nevra;              ///< an empty architecture stands for any
  bool of_source = false;   ///< the name may be that of a source package, which stands for all that is built from it
  bool has_release = true;  ///< else only epoch and version count
  bool same_distribution = false;  ///< counts for releases of the same ".el9" or ".fc40" only, where both have one
  bool reboot = false;             ///< a running system is to be started anew
  std::optional<Nevra> since = std::nullopt;  ///< the version that brought the fault: older ones do not have it
  auto operator<=>(const FixedPackage&) const = default;
};

/// Packages of an advisory that belong together: of one repository, say, or of one build of a module.
struct AdvisoryCollection {
  std::vector<ModuleStream> modules;  ///< one of them must be active; none: it always counts
  std::vector<FixedPackage> packages;
};

/// A publisher's words on a fix: an update of updateinfo.xml, or an entry of another database.
struct Advisory {
  std::string id;  ///< "RHSA-2026:0001"; never empty
  AdvisoryType type = AdvisoryType::other;
  AdvisorySeverity severity = AdvisorySeverity::unknown;
  std::string title;
  std::string date;               ///< of its last change: YYYY-MM-DD; empty: not said
  std::string status;             ///< "final", "stable"; empty: not said
  std::vector<std::string> cves;  ///< sorted
  std::vector<AdvisoryReference> references;
  std::vector<AdvisoryCollection> collections;
  std::vector<std::string> sources;  ///< repositories and files that it comes from; sorted
};

/// Version of a package that a repository has.
struct AvailableVersion {
  Package package;
  bool excluded = false;  ///< by the recipe, or by the repository's own lists
};

/// The identifiers of vulnerabilities (CVE-YYYY-N…) in a text; sorted, each once.
std::vector<std::string> cves_in(std::string_view text);

/// Joins what several sources say of one advisory: by id, with the worst severity, all references and all packages.
/// Sorted by id.
std::vector<Advisory> joined(std::vector<Advisory> advisories);

}  // namespace rootlet
