#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.hpp"
#include "base/text.hpp"
#include "license_ids.hpp"
#include "parts.hpp"

// SPDX 2.3 as JSON (spdx.github.io/spdx-spec/v2.3).
namespace rootlet::sbom {
namespace {

constexpr const char* image_id = "SPDXRef-Image";
constexpr const char* system_id = "SPDXRef-OperatingSystem";
constexpr const char* nothing_known = "NOASSERTION";

class Spdx2 {
 public:
  explicit Spdx2(const Sbom& sbom) : sbom_(sbom), ids_(package_ids(sbom, "SPDXRef-Package-")) {}

  SbomJson write() {
    SbomJson packages = SbomJson::array({image()});
    relate("SPDXRef-DOCUMENT", "DESCRIBES", image_id);
    if (!sbom_.subject.system.id.empty()) {
      packages.push_back(system());
      relate(image_id, "CONTAINS", system_id);
    }
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) packages.push_back(package(i));
    add_relationships();
    SbomJson document{{"spdxVersion", "SPDX-2.3"},
                      {"dataLicense", "CC0-1.0"},
                      {"SPDXID", "SPDXRef-DOCUMENT"},
                      {"name", legible(sbom_.subject.name)},
                      {"creationInfo",
                       {{"created", time_text(sbom_.subject.created)},
                        {"creators", {"Tool: rootlet-" ROOTLET_VERSION}},
                        {"licenseListVersion", license_list_version}}},
                      {"packages", std::move(packages)}};
    if (!sbom_.files.empty()) document["files"] = files();
    document["relationships"] = std::move(relationships_);
    if (!own_licenses_.empty()) document["hasExtractedLicensingInfos"] = own_licenses();
    document["documentNamespace"] = uuid_of(dump_json(document));
    return document;
  }

 private:
  void relate(const std::string& from, const char* how, const std::string& to) {
    relationships_.push_back({{"spdxElementId", from}, {"relationshipType", how}, {"relatedSpdxElement", to}});
  }

  [[nodiscard]] SbomJson image() const {
    SbomJson image{{"SPDXID", image_id},
                   {"name", legible(sbom_.subject.name)},
                   {"downloadLocation", nothing_known},
                   {"filesAnalyzed", false},
                   {"copyrightText", nothing_known},
                   {"licenseConcluded", nothing_known},
                   {"licenseDeclared", nothing_known}};
    if (sbom_.subject.is_image) image["primaryPackagePurpose"] = "CONTAINER";
    if (!sbom_.subject.digest.empty()) {
      image["versionInfo"] = sbom_.subject.digest;
      const auto [type, hex] = split_digest(sbom_.subject.digest);
      image["checksums"] = {{{"algorithm", "SHA" + type.substr(3)}, {"checksumValue", hex}}};
    }
    return image;
  }

  [[nodiscard]] SbomJson system() const {
    const OsRelease& os = sbom_.subject.system;
    SbomJson system{{"SPDXID", system_id},
                    {"name", legible(scanners_name_of(os))},
                    {"summary", title_of(os)},
                    {"primaryPackagePurpose", "OPERATING_SYSTEM"},
                    {"downloadLocation", nothing_known},
                    {"filesAnalyzed", false},
                    {"copyrightText", nothing_known},
                    {"licenseConcluded", nothing_known},
                    {"licenseDeclared", nothing_known}};
    if (!os.version_id.empty()) system["versionInfo"] = legible(os.version_id);
    if (is_cpe(os.cpe)) {
      system["externalRefs"] = {{{"referenceCategory", "SECURITY"},
                                 {"referenceType", os.cpe.starts_with("cpe:2.3:") ? "cpe23Type" : "cpe22Type"},
                                 {"referenceLocator", os.cpe}}};
    }
    return system;
  }

  SbomJson package(std::size_t place) {
    const SbomPackage& one = sbom_.packages[place];
    SbomJson package{{"SPDXID", ids_[place]},
                     {"name", legible(one.nevra.name)},
                     {"versionInfo", legible(version_of(one.nevra))},
                     {"downloadLocation", nothing_known},
                     {"filesAnalyzed", false},
                     {"copyrightText", nothing_known},
                     {"licenseConcluded", nothing_known},
                     {"licenseDeclared", license_of(one.license)},
                     {"supplier", one.vendor.empty() ? nothing_known : "Organization: " + legible(one.vendor)},
                     {"externalRefs", urls(one)}};
    if (is_web_address(one.url)) package["homepage"] = one.url;
    if (!one.source_rpm.empty()) package["sourceInfo"] = "built from source package: " + legible(one.source_rpm);
    if (const std::string algorithm = spdx_algorithm(one.checksum); !algorithm.empty()) {
      package["checksums"] = {{{"algorithm", algorithm}, {"checksumValue", one.checksum.hex}}};
    }
    std::vector<std::string> notes;
    if (one.in_base) notes.emplace_back(note_of_base);
    if (!one.repo.empty()) notes.push_back("repository: " + legible(one.repo));
    if (!one.signed_by.empty()) notes.push_back("signed by key: " + legible(one.signed_by));
    if (!notes.empty()) package["comment"] = join(notes, "\n");
    if (const std::string id = trivy_id(sbom_, one); !id.empty()) {
      package["annotations"] = {{{"annotator", "Tool: rootlet-" ROOTLET_VERSION},
                                 {"annotationDate", time_text(sbom_.subject.created)},
                                 {"annotationType", "OTHER"},
                                 {"comment", "PkgID: " + id}}};
    }
    return package;
  }

  [[nodiscard]] SbomJson urls(const SbomPackage& package) const {
    SbomJson list = SbomJson::array();
    for (const std::string& url : package_urls(package, sbom_.subject.system)) {
      list.push_back({{"referenceCategory", "PACKAGE-MANAGER"}, {"referenceType", "purl"}, {"referenceLocator", url}});
    }
    return list;
  }

  /// An expression, or a reference to the text of the licence.
  std::string license_of(const std::string& license) {
    if (license.empty()) return nothing_known;
    if (const auto expression = spdx_expression(license)) {
      for (const std::string& id : own_license_ids(*expression)) own_licenses_.emplace(id, id);
      return *expression;
    }
    const std::string id = own_license_id(license);
    own_licenses_.emplace(id, legible(license));
    return id;
  }

  [[nodiscard]] SbomJson own_licenses() const {
    SbomJson list = SbomJson::array();
    for (const auto& [id, text] : own_licenses_) {
      list.push_back({{"licenseId", id},
                      {"name", text},
                      {"extractedText", text},
                      {"comment", "as packages state it; its text is in their files"}});
    }
    return list;
  }

  void add_relationships() {
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) {
      if (sbom_.packages[i].role == SbomRole::build_tool) {
        relate(ids_[i], "BUILD_TOOL_OF", image_id);
      } else {
        relate(image_id, "CONTAINS", ids_[i]);
      }
    }
    if (!sbom_.dependencies_known) return relate(image_id, "DEPENDS_ON", nothing_known);
    for (const PackageId asked : sbom_.asked_for) relate(image_id, "DEPENDS_ON", ids_.at(index(asked)));
    for (const SbomEdge& edge : sbom_.edges) relate(ids_.at(index(edge.from)), "DEPENDS_ON", ids_.at(index(edge.to)));
  }

  SbomJson files() {
    SbomJson list = SbomJson::array();
    Ids ids;
    for (const SbomFile& one : sbom_.files) {
      const std::string id = ids.make("SPDXRef-File-", std::string_view(one.path).substr(1));
      SbomJson file{{"SPDXID", id},
                    {"fileName", "." + legible(one.path)},
                    {"copyrightText", nothing_known},
                    {"licenseConcluded", nothing_known}};
      if (one.sha256.empty()) continue;  // the format wants a checksum of each
      file["checksums"] = {{{"algorithm", "SHA256"}, {"checksumValue", one.sha256}}};
      if (one.owners.empty()) {
        file["comment"] = legible(origin_of(one));
        relate(image_id, "CONTAINS", id);
      }
      for (const PackageId owner : one.owners) relate(ids_.at(index(owner)), "CONTAINS", id);
      list.push_back(std::move(file));
    }
    return list;
  }

  const Sbom& sbom_;
  const std::vector<std::string> ids_;
  SbomJson relationships_ = SbomJson::array();
  std::map<std::string, std::string> own_licenses_;
};

}  // namespace

std::string spdx2(const Sbom& sbom) { return text_of(Spdx2(sbom).write()); }

}  // namespace rootlet::sbom
