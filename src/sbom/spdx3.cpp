#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "license_ids.hpp"
#include "parts.hpp"

// SPDX 3.0.1 as JSON-LD (spdx.github.io/spdx-spec/v3.0.1).
namespace rootlet::sbom {
namespace {

constexpr const char* creation = "_:creation";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

class Spdx3 {
 public:
  /// `base`: what all ids begin with.
  Spdx3(const Sbom& sbom, std::string base)
      : sbom_(sbom), base_(std::move(base)), ids_(package_ids(sbom, base_ + "#Package-")) {}

  SbomJson write() {
    add_tools();
    add_image();
    for (std::size_t i = 0; i < sbom_.packages.size(); ++i) add_package(i);
    add_relationships();
    add_files();
    add_documents();
    return {{"@context", "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}, {"@graph", std::move(graph_)}};
  }

 private:
  [[nodiscard]] std::string id(const char* name) const { return base_ + "#" + name; }

  void add(const char* type, const std::string& id, SbomJson properties) {
    properties["type"] = type;
    properties["spdxId"] = id;
    properties["creationInfo"] = creation;
    elements_.push_back(id);
    graph_.push_back(std::move(properties));
  }

  void relate(const std::string& from, const char* how, SbomJson to, bool build = false) {
    if (to.empty()) return;
    SbomJson relationship{{"from", from}, {"relationshipType", how}, {"to", std::move(to)}};
    if (build) relationship["scope"] = "build";
    add(build ? "LifecycleScopedRelationship" : "Relationship",
        fmt::format("{}#Relationship-{}", base_, ++relationships_), std::move(relationship));
  }

  void add_tools() {
    graph_.push_back({{"type", "CreationInfo"},
                      {"@id", creation},
                      {"specVersion", "3.0.1"},
                      {"created", time_text(sbom_.subject.created)},
                      {"createdBy", {id("Agent-rootlet")}}});
    add("SoftwareAgent", id("Agent-rootlet"), {{"name", "rootlet " ROOTLET_VERSION}});
  }

  static SbomJson hash(const std::string& algorithm, const std::string& value) {
    return {{"type", "Hash"}, {"algorithm", algorithm}, {"hashValue", value}};
  }

  void add_image() {
    SbomJson image{{"name", legible(sbom_.subject.name)}};
    if (sbom_.subject.is_image) image["software_primaryPurpose"] = "container";
    if (const std::string& digest = sbom_.subject.digest; !digest.empty()) {
      image["software_packageVersion"] = digest;
      image["verifiedUsing"] = SbomJson::array({hash(split_digest(digest).type, split_digest(digest).hex)});
    }
    add("software_Package", id("Image"), std::move(image));
    const OsRelease& os = sbom_.subject.system;
    if (os.id.empty()) return;
    SbomJson system{{"name", legible(scanners_name_of(os))},
                    {"summary", title_of(os)},
                    {"software_primaryPurpose", "operatingSystem"}};
    if (!os.version_id.empty()) system["software_packageVersion"] = legible(os.version_id);
    if (is_cpe(os.cpe)) {
      system["externalIdentifier"] =
          SbomJson::array({external_id(os.cpe.starts_with("cpe:2.3:") ? "cpe23" : "cpe22", os.cpe)});
    }
    add("software_Package", id("OperatingSystem"), std::move(system));
  }

  static SbomJson external_id(const char* type, const std::string& text) {
    return {{"type", "ExternalIdentifier"}, {"externalIdentifierType", type}, {"identifier", text}};
  }

  void add_package(std::size_t place) {
    const SbomPackage& one = sbom_.packages[place];
    const auto urls = package_urls(one, sbom_.subject.system);
    SbomJson package{{"name", legible(one.nevra.name)},
                     {"software_packageVersion", legible(version_of(one.nevra))},
                     {"software_packageUrl", urls.front()}};
    if (urls.size() > 1) package["externalIdentifier"] = SbomJson::array({external_id("packageUrl", urls.back())});
    if (is_web_address(one.url)) package["software_homePage"] = one.url;
    if (!one.source_rpm.empty())
      package["software_sourceInfo"] = "built from source package: " + legible(one.source_rpm);
    if (const std::string algorithm = spdx_algorithm(one.checksum); !algorithm.empty()) {
      package["verifiedUsing"] = SbomJson::array({hash(lower(algorithm), one.checksum.hex)});
    }
    if (!one.vendor.empty()) package["suppliedBy"] = organization(one.vendor);
    std::vector<std::string> notes;
    if (one.in_base) notes.emplace_back(note_of_base);
    if (!one.repo.empty()) notes.push_back("repository: " + legible(one.repo));
    if (!one.signed_by.empty()) notes.push_back("signed by key: " + legible(one.signed_by));
    if (!notes.empty()) package["comment"] = join(notes, "\n");
    add("software_Package", ids_[place], std::move(package));
    if (!one.license.empty()) licensed_[one.license].push_back(place);
  }

  std::string organization(const std::string& name) {
    const auto known = organizations_.find(name);
    if (known != organizations_.end()) return known->second;
    const std::string id = fmt::format("{}#Organization-{}", base_, organizations_.size() + 1);
    add("Organization", id, {{"name", legible(name)}});
    return organizations_.emplace(name, id).first->second;
  }

  /// The element of a licence. One that is no expression is one of its own, whose text is what the package states.
  std::string license(const std::string& license) {
    SbomJson element{{"simplelicensing_licenseListVersion", license_list_version_}};
    const auto expression = spdx_expression(license);
    element["simplelicensing_licenseExpression"] = expression ? *expression : own_license_id(license);
    SbomJson own = SbomJson::array();
    const auto ids = expression ? own_license_ids(*expression) : std::vector<std::string>{own_license_id(license)};
    std::map<std::string, std::string> texts;
    for (const std::string& one : ids) texts.emplace(one, expression ? one : legible(license));
    for (const auto& [name, text] : texts) {
      const std::string text_id = base_ + "#" + name;
      if (texts_.emplace(text_id, text).second) {
        add("simplelicensing_SimpleLicensingText", text_id, {{"name", text}, {"simplelicensing_licenseText", text}});
      }
      own.push_back({{"type", "DictionaryEntry"}, {"key", name}, {"value", text_id}});
    }
    if (!own.empty()) element["simplelicensing_customIdToUri"] = std::move(own);
    const std::string id = fmt::format("{}#License-{}", base_, ++licenses_);
    add("simplelicensing_LicenseExpression", id, std::move(element));
    return id;
  }

  void add_relationships() {
    SbomJson parts = SbomJson::array();
    SbomJson tools = SbomJson::array();
    if (!sbom_.subject.system.id.empty()) parts.push_back(id("OperatingSystem"));
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      (sbom_.packages[i].role == SbomRole::build_tool ? tools : parts).push_back(ids_[i]);
    }
    relate(id("Image"), "contains", std::move(parts));
    relate(id("Image"), "usesTool", std::move(tools), true);
    SbomJson asked = SbomJson::array();
    for (const PackageId one : sbom_.asked_for) asked.push_back(ids_.at(index(one)));
    if (sbom_.dependencies_known) relate(id("Image"), "dependsOn", std::move(asked));
    auto edge = sbom_.edges.begin();
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      SbomJson needs = SbomJson::array();
      for (; edge != sbom_.edges.end() && index(edge->from) == i; ++edge) needs.push_back(ids_.at(index(edge->to)));
      relate(ids_[i], "dependsOn", std::move(needs));
    }
    for (const auto& [text, places] : licensed_) {
      const std::string expression = license(text);
      for (const std::size_t place : places) relate(ids_[place], "hasDeclaredLicense", SbomJson::array({expression}));
    }
  }

  void add_files() {
    Ids ids;
    std::map<std::string, SbomJson> contents;
    for (const SbomFile& one : sbom_.files) {
      const std::string file_id = ids.make(base_ + "#File-", std::string_view(one.path).substr(1));
      SbomJson file{{"name", legible(one.path)}};
      if (!one.sha256.empty()) file["verifiedUsing"] = SbomJson::array({hash("sha256", one.sha256)});
      if (one.owners.empty()) file["comment"] = legible(origin_of(one));
      add("software_File", file_id, std::move(file));
      if (one.owners.empty()) contents[id("Image")].push_back(file_id);
      for (const PackageId owner : one.owners) contents[ids_.at(index(owner))].push_back(file_id);
    }
    for (auto& [owner, list] : contents) relate(owner, "contains", std::move(list));
  }

  void add_documents() {
    const SbomJson elements = elements_;
    SbomJson sbom{{"software_sbomType", {sbom_.subject.is_image ? "analyzed" : "design"}},
                  {"rootElement", {id("Image")}},
                  {"element", elements}};
    add("software_Sbom", id("Sbom"), std::move(sbom));
    add("simplelicensing_LicenseExpression", id("DataLicense"), {{"simplelicensing_licenseExpression", "CC0-1.0"}});
    add("SpdxDocument", base_ + "#Document",
        {{"name", legible(sbom_.subject.name)},
         {"dataLicense", id("DataLicense")},
         {"profileConformance", {"core", "software", "simpleLicensing"}},
         {"rootElement", {id("Sbom")}}});
  }

  const Sbom& sbom_;
  const std::string base_;
  const std::vector<std::string> ids_;
  const std::string license_list_version_ = std::string(license_list_version) + ".0";  // a version has three parts
  SbomJson graph_ = SbomJson::array();
  std::vector<std::string> elements_;
  std::size_t relationships_ = 0;
  std::size_t licenses_ = 0;
  std::map<std::string, std::string> organizations_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<std::size_t>> licensed_;  // by licence as written
};

}  // namespace

std::string spdx3(const Sbom& sbom) {
  return text_of(Spdx3(sbom, uuid_of(text_of(Spdx3(sbom, "urn:uuid:").write()))).write());
}

}  // namespace rootlet::sbom
