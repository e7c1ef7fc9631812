#include "base/text.hpp"
#include "draft.hpp"
#include "rootlet/error.hpp"

// CycloneDX 1.x as JSON (cyclonedx.org/docs), as rootlet, Syft and Trivy write it.
namespace rootlet::sbom {
namespace {

class CycloneDxReader {
 public:
  explicit CycloneDxReader(const Field& top) : top_(top) {}

  SbomReading read() {
    if (top_.at("bomFormat").text() != "CycloneDX") top_.at("bomFormat").fail("expected CycloneDX");
    if (!text_at(top_, "specVersion").starts_with("1.")) top_.at("specVersion").fail("expected a version 1.x");
    draft_.subject.is_image = false;
    if (top_.has("metadata")) read_metadata(top_.at("metadata"));
    for (const Field& one : list_at(top_, "components")) read_component(one, false);
    for (const Field& one : list_at(top_, "formulation")) {
      for (const Field& tool : list_at(one, "components")) read_component(tool, true);
    }
    for (const Field& one : list_at(top_, "dependencies")) {
      const std::string from = one.at("ref").text();
      for (const Field& to : list_at(one, "dependsOn")) draft_.depend(from, to.text());
    }
    return draft_.finish();
  }

 private:
  void read_metadata(const Field& field) {
    draft_.subject.created = seconds_of(text_at(field, "timestamp"));
    if (!field.has("component")) return;
    const Field component = field.at("component");
    draft_.subject.name = text_at(component, "name");
    draft_.subject.is_image = text_at(component, "type") == "container";
    if (const std::string version = text_at(component, "version"); is_digest(version)) draft_.subject.digest = version;
    if (!component.has("bom-ref")) return;
    draft_.claim(component.at("bom-ref"));
    draft_.describe(component.at("bom-ref").text());
  }

  /// A component, and those that are in it.
  void read_component(const Field& field, bool build) {
    const std::string id = field.has("bom-ref") ? field.at("bom-ref").text() : "";
    if (!id.empty()) draft_.claim(field.at("bom-ref"));
    for (const Field& one : list_at(field, "components")) read_component(one, build);
    const std::string type = text_at(field, "type");
    if (type == "file") return;
    if (type == "operating-system") return read_system(field);
    const auto properties = properties_of(field);
    std::vector<Field> urls;
    if (field.has("purl")) urls.push_back(field.at("purl"));
    if (const auto full = properties.find("rootlet:package_url"); full != properties.end()) {
      urls.push_back(full->second);
    }
    auto named = package_named(urls);
    if (!named) return draft_.pass_over();
    add_facts(field, properties, named->package);
    if (build) named->package.role = SbomRole::build_tool;
    draft_.add(id, std::move(*named));
  }

  using Properties = std::map<std::string, Field>;
  static Properties properties_of(const Field& field) {
    Properties properties;
    for (const Field& one : list_at(field, "properties")) {
      if (one.has("name") && one.has("value")) properties.emplace(one.at("name").raw_text(), one.at("value"));
    }
    return properties;
  }

  static std::string value_of(const Properties& properties, const char* name) {
    const auto found = properties.find(name);
    return found == properties.end() ? "" : found->second.raw_text();
  }

  void read_system(const Field& field) {
    const Properties properties = properties_of(field);
    draft_.subject.system = system_of({text_at(field, "name"), text_at(field, "version"), text_at(field, "description"),
                                       text_at(field, "cpe"), value_of(properties, "syft:distro:id")});
  }

  static void add_facts(const Field& field, const Properties& properties, SbomPackage& package) {
    package.license = license_of(field);
    if (field.has("supplier")) package.vendor = text_at(field.at("supplier"), "name");
    if (package.vendor.empty()) package.vendor = text_at(field, "publisher");
    for (const Field& one : list_at(field, "hashes")) {
      if (!package.checksum.hex.empty()) break;
      package.checksum = checksum_of(text_at(one, "alg"), text_at(one, "content"));
    }
    for (const Field& one : list_at(field, "externalReferences")) {
      if (text_at(one, "type") == "website") package.url = text_at(one, "url");
    }
    if (package.repo.empty()) package.repo = value_of(properties, "rootlet:repository");
    package.signed_by = value_of(properties, "rootlet:signed_by");
    package.in_base = value_of(properties, "rootlet:base") == "true";
    if (package.source_rpm.empty()) package.source_rpm = source_of(properties);
  }

  /// The source package's file name, in the words of rootlet, Syft or Trivy.
  static std::string source_of(const Properties& properties) {
    for (const char* name : {"rootlet:source_rpm", "syft:metadata:sourceRpm"}) {
      if (const std::string file = value_of(properties, name); !file.empty()) return file;
    }
    const std::string name = value_of(properties, "aquasecurity:trivy:SrcName");
    const std::string version = value_of(properties, "aquasecurity:trivy:SrcVersion");
    const std::string release = value_of(properties, "aquasecurity:trivy:SrcRelease");
    if (name.empty() || version.empty() || release.empty()) return {};
    return name + "-" + version + "-" + release + ".src.rpm";
  }

  static std::string license_of(const Field& field) {
    std::vector<std::string> all;
    for (const Field& one : list_at(field, "licenses")) {
      std::string text = text_at(one, "expression");
      if (text.empty() && one.has("license")) {
        const Field license = one.at("license");
        text = text_at(license, license.has("id") ? "id" : "name");
      }
      if (!text.empty()) all.push_back(std::move(text));
    }
    return join(all, " AND ");
  }

  const Field& top_;
  Draft draft_;
};

}  // namespace

SbomReading read_cyclonedx(const Field& top) { return CycloneDxReader(top).read(); }

}  // namespace rootlet::sbom
