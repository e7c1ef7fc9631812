#include <map>

#include "draft.hpp"
#include "parts.hpp"
#include "rootlet/error.hpp"

// SPDX 3.0 as JSON-LD (spdx.github.io/spdx-spec/v3.0.1), in the form that rootlet writes: flat, with compacted names.
namespace rootlet::sbom {
namespace {

class Spdx3Reader {
 public:
  explicit Spdx3Reader(const Field& top) : elements_(top.at("@graph").list()) {}

  SbomReading read() {
    draft_.subject.is_image = false;
    for (const Field& one : elements_) note(one);
    for (const Field& one : elements_) {
      const std::string type = text_at(one, "type");
      if (type == "Relationship" || type == "LifecycleScopedRelationship") read_relationship(one);
    }
    for (const Field& one : elements_) {
      if (text_at(one, "type") == "software_Package") read_package(one);
    }
    return draft_.finish();
  }

 private:
  /// Elements that others refer to, and facts that are stated once.
  void note(const Field& field) {
    const std::string type = text_at(field, "type");
    if (type == "CreationInfo") {
      draft_.subject.created = seconds_of(text_at(field, "created"));
      return;
    }
    if (!field.has("spdxId")) return;
    draft_.claim(field.at("spdxId"));
    const std::string id = field.at("spdxId").text();
    if (type == "software_Sbom") {
      for (const Field& root : list_at(field, "rootElement")) draft_.describe(root.text());
    } else if (type == "Organization") {
      organizations_[id] = text_at(field, "name");
    } else if (type == "simplelicensing_SimpleLicensingText") {
      license_texts_[id] = text_at(field, "simplelicensing_licenseText");
    } else if (type == "simplelicensing_LicenseExpression") {
      expressions_.emplace(id, field);
    }
  }

  void read_relationship(const Field& field) {
    const std::string how = field.at("relationshipType").text();
    const bool build = how == "usesTool" && text_at(field, "scope") == "build";
    if (how != "dependsOn" && how != "hasDeclaredLicense" && !build) return;
    const std::string from = field.at("from").text();
    for (const Field& each : field.at("to").list()) {
      const std::string to = each.text();
      if (build) {
        draft_.mark_build_tool(to);
      } else if (how == "dependsOn") {
        draft_.depend(from, to);
      } else {
        licenses_.emplace(from, to);
      }
    }
  }

  void read_package(const Field& field) {
    const std::string id = field.at("spdxId").text();
    std::vector<Field> urls;
    if (field.has("software_packageUrl")) urls.push_back(field.at("software_packageUrl"));
    for (const Field& one : list_at(field, "externalIdentifier")) {
      if (text_at(one, "externalIdentifierType") == "packageUrl") urls.push_back(one.at("identifier"));
    }
    if (auto named = package_named(urls)) {
      add_facts(field, id, named->package);
      return draft_.add(id, std::move(*named));
    }
    const std::string purpose = text_at(field, "software_primaryPurpose");
    const std::string version = text_at(field, "software_packageVersion");
    if (purpose == "operatingSystem") {
      draft_.subject.system = system_of({text_at(field, "name"), version, text_at(field, "summary"), cpe_of(field)});
    } else if (draft_.is_subject(id)) {
      draft_.subject.name = text_at(field, "name");
      draft_.subject.is_image = purpose == "container";
      if (is_digest(version)) draft_.subject.digest = version;
    } else {
      draft_.pass_over();
    }
  }

  static std::string cpe_of(const Field& field) {
    for (const Field& one : list_at(field, "externalIdentifier")) {
      if (text_at(one, "externalIdentifierType").starts_with("cpe2")) return text_at(one, "identifier");
    }
    return {};
  }

  void add_facts(const Field& field, const std::string& id, SbomPackage& package) const {
    package.in_base = is_noted_of_base(text_at(field, "comment"));
    package.url = text_at(field, "software_homePage");
    if (const auto name = organizations_.find(text_at(field, "suppliedBy")); name != organizations_.end()) {
      package.vendor = name->second;
    }
    for (const Field& one : list_at(field, "verifiedUsing")) {
      if (!package.checksum.hex.empty()) break;
      package.checksum = checksum_of(text_at(one, "algorithm"), text_at(one, "hashValue"));
    }
    const auto license = licenses_.find(id);
    const auto expression = license == licenses_.end() ? expressions_.end() : expressions_.find(license->second);
    if (expression != expressions_.end()) package.license = license_of(expression->second);
  }

  /// Licence that the package states: an expression, or the text that a name of its own stands for.
  [[nodiscard]] std::string license_of(const Field& expression) const {
    const std::string words = text_at(expression, "simplelicensing_licenseExpression");
    for (const Field& one : list_at(expression, "simplelicensing_customIdToUri")) {
      const auto text = license_texts_.find(text_at(one, "value"));
      if (text_at(one, "key") == words && text != license_texts_.end()) return text->second;
    }
    return words;
  }

  const std::vector<Field> elements_;
  Draft draft_;
  std::map<std::string, std::string> organizations_, license_texts_, licenses_;
  std::map<std::string, Field> expressions_;
};

}  // namespace

SbomReading read_spdx3(const Field& top) { return Spdx3Reader(top).read(); }

}  // namespace rootlet::sbom
