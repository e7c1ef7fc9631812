#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json_field.hpp"
#include "rootlet/sbom.hpp"

namespace rootlet::sbom {

/// An RPM package, as package URLs name it.
struct NamedPackage {
  SbomPackage package;
  std::string distro;  ///< "fedora-41"; empty: they do not say
};

/// Reads the package URLs that a document gives one thing; what the first does not say, later ones may. Nothing: none
/// is of an RPM package with a version and a release. Error: a URL with an epoch that is none, or with control
/// characters.
std::optional<NamedPackage> package_named(const std::vector<Field>& urls);

/// Words of a document on the system of its subject.
struct NamedSystem {
  std::string name;     ///< Trivy's, or the ID of os-release
  std::string version;  ///< VERSION_ID
  std::string title;    ///< "Fedora Linux 41"
  std::string cpe = {};
  std::string id = {};  ///< ID of os-release; empty: it does not say
};
OsRelease system_of(const NamedSystem& named);

/// The system of a package URL's qualifier "distro": "redhat-8.0", "rhel-8.0".
OsRelease system_of_distro(const std::string& distro);

/// "2026-11-30T04:00:00Z" in seconds since 1970; 0: it is no such time.
std::int64_t seconds_of(const std::string& time);

/// Whether a text is a digest such as "sha256:0123…".
bool is_digest(const std::string& text);

/// The checksum of an algorithm as SPDX or CycloneDX call it: "SHA256", "SHA-256".
Checksum checksum_of(const std::string& algorithm, const std::string& hex);

/// Text of a field of an object; empty: it has none.
std::string text_at(const Field& object, const char* name);
/// Elements of a list in a field of an object; none: it has none.
std::vector<Field> list_at(const Field& object, const char* name);

/// An SBOM in the making: things go by the ids that its document gives them.
class Draft {
 public:
  SbomSubject subject;

  /// Notes an id of the document; it may be empty. Error: it has that twice.
  void claim(const Field& id);
  void describe(const std::string& id) { subjects_.insert(id); }
  [[nodiscard]] bool is_subject(const std::string& id) const { return subjects_.contains(id); }

  /// Adds a package; OpenPGP keys are none. Error: it has too many.
  void add(const std::string& id, NamedPackage named);
  void mark_build_tool(const std::string& id) { tools_.insert(id); }
  /// Notes that one thing depends on another, whatever these are. Error: too many do.
  void depend(std::string from, std::string to);
  void pass_over() { ++passed_over_; }

  SbomReading finish();

 private:
  void find_system();

  std::set<std::string> ids_, subjects_, tools_;
  std::vector<std::pair<std::string, SbomPackage>> packages_;
  std::vector<std::pair<std::string, std::string>> dependencies_;
  std::map<std::string, std::size_t> distros_;
  std::size_t passed_over_ = 0;
};

/// Each reads a document of one format.
SbomReading read_spdx2(const Field& top);
SbomReading read_spdx3(const Field& top);
SbomReading read_cyclonedx(const Field& top);

}  // namespace rootlet::sbom
