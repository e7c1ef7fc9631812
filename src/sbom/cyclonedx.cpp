#include <fmt/format.h>

#include <map>

#include "base/json.hpp"
#include "base/text.hpp"
#include "parts.hpp"

// CycloneDX 1.6 as JSON (cyclonedx.org/docs/1.6/json).
namespace rootlet::sbom {
namespace {

constexpr const char* image_ref = "image";
constexpr const char* system_ref = "operating-system";

class CycloneDx {
 public:
  explicit CycloneDx(const Sbom& sbom) : sbom_(sbom) {
    std::map<std::string, std::size_t> given;
    for (const SbomPackage& package : sbom.packages) {
      std::string ref = package_url(package, sbom.subject.system);
      if (const std::size_t number = given[ref]++; number > 0) ref += fmt::format("#{}", number + 1);
      refs_.push_back(std::move(ref));
    }
  }

  SbomJson write() {
    SbomJson document{{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
                      {"bomFormat", "CycloneDX"},
                      {"specVersion", "1.6"},
                      {"version", 1},
                      {"metadata", metadata()},
                      {"components", components()},
                      {"dependencies", dependencies()}};
    SbomJson tools = SbomJson::array();
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) {
      if (sbom_.packages[i].role == SbomRole::build_tool) tools.push_back(package(i));
    }
    // Beside the image: readers that know nothing of it would take them for parts of it.
    if (!tools.empty()) document["formulation"] = {{{"bom-ref", "build"}, {"components", std::move(tools)}}};
    if (!sbom_.dependencies_known) {
      document["compositions"] = {{{"aggregate", "unknown"}, {"dependencies", {image_ref}}}};
    }
    document["serialNumber"] = uuid_of(dump_json(document));
    return document;
  }

 private:
  [[nodiscard]] SbomJson metadata() const {
    SbomJson image{{"bom-ref", image_ref},
                   {"type", sbom_.subject.is_image ? "container" : "application"},
                   {"name", legible(sbom_.subject.name)}};
    if (!sbom_.subject.digest.empty()) {
      image["version"] = sbom_.subject.digest;
      const auto [type, hex] = split_digest(sbom_.subject.digest);
      image["hashes"] = {{{"alg", "SHA-" + type.substr(3)}, {"content", hex}}};
    }
    return {{"timestamp", time_text(sbom_.subject.created)},
            {"tools", {{"components", {{{"type", "application"}, {"name", "rootlet"}, {"version", ROOTLET_VERSION}}}}}},
            {"component", std::move(image)}};
  }

  [[nodiscard]] SbomJson system() const {
    const OsRelease& os = sbom_.subject.system;
    SbomJson system{{"bom-ref", system_ref}, {"type", "operating-system"}, {"name", legible(scanners_name_of(os))}};
    if (!os.version_id.empty()) system["version"] = legible(os.version_id);
    if (!title_of(os).empty()) system["description"] = title_of(os);
    if (is_cpe(os.cpe)) system["cpe"] = os.cpe;
    // Syft and Grype take the name for the system's ID, unless they find it here.
    system["properties"] = {{{"name", "syft:distro:id"}, {"value", legible(os.id)}},
                            {{"name", "syft:distro:versionID"}, {"value", legible(os.version_id)}}};
    return system;
  }

  static SbomJson property(const char* name, const std::string& value) {
    return {{"name", fmt::format("rootlet:{}", name)}, {"value", legible(value)}};
  }

  [[nodiscard]] SbomJson package(std::size_t place) const {
    const SbomPackage& one = sbom_.packages[place];
    SbomJson package{{"bom-ref", refs_[place]},
                     {"type", "library"},
                     {"name", legible(one.nevra.name)},
                     {"version", legible(version_of(one.nevra))},
                     {"purl", package_url(one, sbom_.subject.system)}};
    if (!one.license.empty()) package["licenses"] = license_of(one.license);
    if (!one.vendor.empty()) package["supplier"] = {{"name", legible(one.vendor)}};
    if (const std::string algorithm = cyclonedx_algorithm(one.checksum); !algorithm.empty()) {
      package["hashes"] = {{{"alg", algorithm}, {"content", one.checksum.hex}}};
    }
    if (is_web_address(one.url)) package["externalReferences"] = {{{"type", "website"}, {"url", one.url}}};
    SbomJson properties = SbomJson::array();
    if (const auto urls = package_urls(one, sbom_.subject.system); urls.size() > 1) {
      properties.push_back(property("package_url", urls.back()));
    }
    if (one.in_base) properties.push_back(property("base", "true"));
    if (!one.repo.empty()) properties.push_back(property("repository", one.repo));
    if (!one.signed_by.empty()) properties.push_back(property("signed_by", one.signed_by));
    if (!one.source_rpm.empty()) properties.push_back(property("source_rpm", one.source_rpm));
    if (const std::string id = trivy_id(sbom_, one); !id.empty()) {
      properties.push_back({{"name", "aquasecurity:trivy:PkgID"}, {"value", id}});
    }
    if (!properties.empty()) package["properties"] = std::move(properties);
    return package;
  }

  static SbomJson license_of(const std::string& license) {
    if (const auto expression = spdx_expression(license)) {
      return {{{"expression", *expression}, {"acknowledgement", "declared"}}};
    }
    return {{{"license", {{"name", legible(license)}, {"acknowledgement", "declared"}}}}};
  }

  static SbomJson file(const SbomFile& one) {
    SbomJson file{{"type", "file"}, {"name", legible(one.path)}};
    if (!one.sha256.empty()) file["hashes"] = {{{"alg", "SHA-256"}, {"content", one.sha256}}};
    if (one.owners.empty()) file["properties"] = SbomJson::array({property("origin", origin_of(one))});
    return file;
  }

  [[nodiscard]] SbomJson components() const {
    SbomJson list = SbomJson::array();
    if (!sbom_.subject.system.id.empty()) list.push_back(system());
    std::vector<SbomJson> of(sbom_.packages.size(), SbomJson::array());
    for (const SbomFile& one : sbom_.files) {
      for (const PackageId owner : one.owners) of.at(index(owner)).push_back(file(one));
    }
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) {
      if (sbom_.packages[i].role != SbomRole::part) continue;
      list.push_back(package(i));
      if (!of[i].empty()) list.back()["components"] = std::move(of[i]);
    }
    for (const SbomFile& one : sbom_.files) {
      if (one.owners.empty()) list.push_back(file(one));
    }
    return list;
  }

  [[nodiscard]] SbomJson dependencies() const {
    SbomJson list = SbomJson::array();
    if (!sbom_.dependencies_known) return list;
    SbomJson asked = SbomJson::array();
    for (const PackageId one : sbom_.asked_for) asked.push_back(refs_.at(index(one)));
    list.push_back({{"ref", image_ref}, {"dependsOn", std::move(asked)}});
    auto edge = sbom_.edges.begin();
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) {
      SbomJson needs = SbomJson::array();
      for (; edge != sbom_.edges.end() && index(edge->from) == i; ++edge) needs.push_back(refs_.at(index(edge->to)));
      list.push_back({{"ref", refs_[i]}, {"dependsOn", std::move(needs)}});
    }
    return list;
  }

  const Sbom& sbom_;
  std::vector<std::string> refs_;
};

}  // namespace

std::string cyclonedx(const Sbom& sbom) { return text_of(CycloneDx(sbom).write()); }

}  // namespace rootlet::sbom
