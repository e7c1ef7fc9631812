#include <algorithm>
#include <array>

#include "draft.hpp"
#include "parts.hpp"
#include "rootlet/error.hpp"

// SPDX 2.2 and 2.3 as JSON (spdx.github.io/spdx-spec/v2.3), as rootlet, Syft and Trivy write it.
namespace rootlet::sbom {
namespace {

/// A type of relationship that says that one thing depends on another.
struct DependencyType {
  std::string_view name;
  bool reversed;  ///< the second one depends on the first
};
constexpr std::array dependency_types{DependencyType{"DEPENDS_ON", false}, DependencyType{"HAS_PREREQUISITE", false},
                                      DependencyType{"DEPENDENCY_OF", true},
                                      DependencyType{"RUNTIME_DEPENDENCY_OF", true},
                                      DependencyType{"PREREQUISITE_FOR", true}};

class Spdx2Reader {
 public:
  explicit Spdx2Reader(const Field& top) : top_(top) {}

  SbomReading read() {
    if (!top_.at("spdxVersion").text().starts_with("SPDX-2.")) {
      top_.at("spdxVersion").fail("'" + top_.at("spdxVersion").text() + "' is no version that rootlet knows");
    }
    draft_.subject.name = text_at(top_, "name");
    draft_.subject.is_image = false;
    if (top_.has("creationInfo")) draft_.subject.created = seconds_of(text_at(top_.at("creationInfo"), "created"));
    for (const Field& one : list_at(top_, "hasExtractedLicensingInfos")) {
      licenses_[text_at(one, "licenseId")] = text_at(one, "extractedText");
    }
    for (const Field& id : list_at(top_, "documentDescribes")) draft_.describe(id.text());
    for (const Field& one : list_at(top_, "relationships")) read_relationship(one);
    for (const Field& one : list_at(top_, "packages")) read_package(one);
    return draft_.finish();
  }

 private:
  void read_relationship(const Field& field) {
    const std::string type = field.at("relationshipType").text();
    const std::string from = field.at("spdxElementId").text();
    const std::string to = field.at("relatedSpdxElement").text();
    if (type == "DESCRIBES") return draft_.describe(to);
    if (type == "DESCRIBED_BY") return draft_.describe(from);
    if (type == "BUILD_TOOL_OF") return draft_.mark_build_tool(from);
    const auto* const found = std::find_if(dependency_types.begin(), dependency_types.end(),
                                           [&](const DependencyType& one) { return one.name == type; });
    if (found == dependency_types.end()) return;
    found->reversed ? draft_.depend(to, from) : draft_.depend(from, to);
  }

  void read_package(const Field& field) {
    draft_.claim(field.at("SPDXID"));
    const std::string id = field.at("SPDXID").text();
    std::vector<Field> urls;
    for (const Field& one : list_at(field, "externalRefs")) {
      if (text_at(one, "referenceType") == "purl") urls.push_back(one.at("referenceLocator"));
    }
    if (auto named = package_named(urls)) {
      add_facts(field, named->package);
      return draft_.add(id, std::move(*named));
    }
    const std::string purpose = text_at(field, "primaryPackagePurpose");
    if (purpose == "OPERATING_SYSTEM" || purpose == "OPERATING-SYSTEM") {
      draft_.subject.system =
          system_of({text_at(field, "name"), text_at(field, "versionInfo"), text_at(field, "summary"), cpe_of(field)});
    } else if (draft_.is_subject(id)) {
      read_subject(field, purpose);
    } else {
      draft_.pass_over();
    }
  }

  void read_subject(const Field& field, const std::string& purpose) {
    draft_.subject.name = text_at(field, "name");
    draft_.subject.is_image = purpose == "CONTAINER";
    if (const std::string version = text_at(field, "versionInfo"); is_digest(version)) draft_.subject.digest = version;
  }

  static std::string cpe_of(const Field& field) {
    for (const Field& one : list_at(field, "externalRefs")) {
      if (text_at(one, "referenceType").starts_with("cpe2")) return text_at(one, "referenceLocator");
    }
    return {};
  }

  void add_facts(const Field& field, SbomPackage& package) const {
    package.in_base = is_noted_of_base(text_at(field, "comment"));
    package.license = license_of(text_at(field, "licenseDeclared"));
    package.url = known(text_at(field, "homepage"));
    package.vendor = known(text_at(field, "supplier"));
    for (const std::string_view kind : {"Organization: ", "Person: "}) {
      if (package.vendor.starts_with(kind)) package.vendor.erase(0, kind.size());
    }
    for (const Field& one : list_at(field, "checksums")) {
      if (!package.checksum.hex.empty()) break;
      package.checksum = checksum_of(text_at(one, "algorithm"), text_at(one, "checksumValue"));
    }
  }

  static std::string known(const std::string& text) { return text == "NOASSERTION" || text == "NONE" ? "" : text; }

  /// Licence that the package states: an expression, or the text that a reference stands for.
  [[nodiscard]] std::string license_of(const std::string& declared) const {
    const auto own = licenses_.find(declared);
    return known(own == licenses_.end() || own->second.empty() ? declared : own->second);
  }

  const Field& top_;
  Draft draft_;
  std::map<std::string, std::string> licenses_;
};

}  // namespace

SbomReading read_spdx2(const Field& top) { return Spdx2Reader(top).read(); }

}  // namespace rootlet::sbom
