#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "rootlet/error.hpp"
#include "rootlet/sbom.hpp"

using namespace rootlet;

namespace {

std::string error_of(const std::string& text) {
  try {
    (void)sbom::read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

/// An SBOM with packages, edges and build tools by chance; names as they come and as they should not.
Sbom random_sbom(std::mt19937& random) {
  const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::vector<std::string> names{"a", "libstdc++", "a_b.c", "%41", "b@c?d#e", "\xc3\xa4", "x y&z=1"};
  Sbom sbom;
  sbom.subject.name = "image";
  sbom.subject.created = 86400;
  const std::vector<OsRelease> systems{{},
                                       {"rhel", "8.0", "RHEL", "cpe:/o:redhat:enterprise_linux:8.0"},
                                       {"own os", "", "", ""},
                                       {"sle-micro", "5.5", "", ""}};
  sbom.subject.system = systems[below(systems.size())];
  for (std::size_t count = 2 + below(6); sbom.packages.size() < count;) {
    SbomPackage& one = sbom.packages.emplace_back();
    one.nevra = {names[below(names.size())], static_cast<std::uint32_t>(below(3)),
                 "1." + std::to_string(below(9)) + "~rc^", "2.el8", below(2) == 0 ? "x86_64" : "noarch"};
    if (below(4) == 0) one.role = SbomRole::build_tool;
    if (below(2) == 0) one.license = below(2) == 0 ? "MIT AND LicenseRef-Callaway-BSD" : "GPLv2+ and \"MIT\"";
    if (below(2) == 0) one.vendor = "Ven: dor";
    if (below(2) == 0) one.source_rpm = "a-1-1.src.rpm";
    if (below(2) == 0) one.url = "https://a.example/";
    if (below(4) == 0) one.modularity_label = "a:1:2:3";
    if (below(2) == 0) one.repo = "base os";
    if (below(2) == 0) one.checksum = {"sha256", std::string(64, 'a')};
  }
  std::sort(sbom.packages.begin(), sbom.packages.end(),
            [](const SbomPackage& a, const SbomPackage& b) { return a.nevra < b.nevra; });
  const auto same = [](const SbomPackage& a, const SbomPackage& b) { return a.nevra == b.nevra; };
  sbom.packages.erase(std::unique(sbom.packages.begin(), sbom.packages.end(), same), sbom.packages.end());
  const auto part = [&](std::size_t i) { return sbom.packages[i].role == SbomRole::part; };
  std::set<SbomEdge> edges;
  std::set<PackageId> asked;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::size_t from = below(sbom.packages.size());
    const std::size_t to = below(sbom.packages.size());
    if (from == to || (part(from) && !part(to))) continue;
    edges.insert({package_id(from), package_id(to)});
    if (part(to) && below(2) == 0) asked.insert(package_id(to));
  }
  sbom.edges.assign(edges.begin(), edges.end());
  sbom.dependencies_known = !edges.empty();
  if (sbom.dependencies_known) sbom.asked_for.assign(asked.begin(), asked.end());
  return sbom;
}

bool same_system(const OsRelease& a, const OsRelease& b) {
  return a.id == b.id && a.version_id == b.version_id && (a.name == b.name || a.name.empty()) && a.cpe == b.cpe;
}

}  // namespace

TEST_CASE("what is written in any format is read again as it was", "[sbom]") {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const Sbom written = random_sbom(random);
    for (const std::string_view name : sbom::format_names) {
      INFO(round << " " << name);
      const std::string text = sbom::document(written, *sbom::format_of(name));
      REQUIRE(sbom::is_document(text.substr(0, 1000)));
      const sbom::SbomReading reading = sbom::read(text);
      const Sbom& read = reading.sbom;
      CHECK(reading.passed_over == 0);
      CHECK(read.subject.name == written.subject.name);
      CHECK(read.subject.created == written.subject.created);
      CHECK(read.subject.is_image == written.subject.is_image);
      CHECK(same_system(written.subject.system, read.subject.system));
      CHECK(read.edges == written.edges);
      CHECK(read.asked_for == written.asked_for);
      CHECK(read.dependencies_known == written.dependencies_known);
      REQUIRE(read.packages.size() == written.packages.size());
      for (std::size_t i = 0; i < read.packages.size(); ++i) {
        const SbomPackage& a = read.packages[i];
        const SbomPackage& b = written.packages[i];
        INFO(b.nevra.str());
        CHECK(a.nevra == b.nevra);
        CHECK(a.role == b.role);
        CHECK(a.license == b.license);
        CHECK(a.vendor == b.vendor);
        CHECK(a.source_rpm == b.source_rpm);
        CHECK(a.url == b.url);
        CHECK(a.modularity_label == b.modularity_label);
        CHECK(a.repo == b.repo);
        CHECK(a.checksum == b.checksum);
      }
    }
  }
}

TEST_CASE("an SBOM in Syft's words", "[sbom]") {
  const auto reading = sbom::read(R"({
    "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "web", "packages": [
      {"name": "bash", "SPDXID": "P1", "versionInfo": "1:5.1-9.el9", "supplier": "Organization: Red Hat, Inc.",
       "sourceInfo": "acquired package info from RPM DB: /var/lib/rpm/rpmdb.sqlite", "licenseDeclared": "GPL-3.0-or-later",
       "externalRefs": [
         {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x:bash:5"},
         {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
          "referenceLocator": "pkg:rpm/redhat/bash@5.1-9.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=bash-5.1-9.el9.src.rpm"}]},
      {"name": "glibc", "SPDXID": "P2", "externalRefs": [{"referenceType": "purl",
          "referenceLocator": "pkg:rpm/redhat/glibc@2.34-1.el9?arch=x86_64&distro=rhel-9.4"}]},
      {"name": "gpg-pubkey", "SPDXID": "P3", "externalRefs": [{"referenceType": "purl",
          "referenceLocator": "pkg:rpm/redhat/gpg-pubkey@1-2?distro=rhel-9.4"}]},
      {"name": "pip", "SPDXID": "P4", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:pypi/pip@1"}]},
      {"name": "web", "SPDXID": "ROOT", "primaryPackagePurpose": "CONTAINER", "versionInfo": "latest"}],
    "relationships": [
      {"spdxElementId": "P2", "relatedSpdxElement": "P1", "relationshipType": "DEPENDENCY_OF"},
      {"spdxElementId": "ROOT", "relatedSpdxElement": "P1", "relationshipType": "CONTAINS"},
      {"spdxElementId": "P1", "relatedSpdxElement": "DocumentRef-other:X", "relationshipType": "DEPENDS_ON"},
      {"spdxElementId": "SPDXRef-DOCUMENT", "relatedSpdxElement": "ROOT", "relationshipType": "DESCRIBES"}]})");
  const Sbom& sbom = reading.sbom;
  REQUIRE(sbom.packages.size() == 2);
  CHECK(sbom.packages[0].nevra == Nevra{"bash", 1, "5.1", "9.el9", "x86_64"});
  CHECK(sbom.packages[0].vendor == "Red Hat, Inc.");
  CHECK(sbom.packages[0].license == "GPL-3.0-or-later");
  CHECK(sbom.packages[0].source_rpm == "bash-5.1-9.el9.src.rpm");
  CHECK(sbom.edges == std::vector<SbomEdge>{{package_id(0), package_id(1)}});
  CHECK(sbom.asked_for.empty());
  CHECK(sbom.subject.is_image);
  CHECK(sbom.subject.digest.empty());
  CHECK(sbom.subject.system == OsRelease{"rhel", "9.4", "", ""});
  CHECK(reading.passed_over == 1);
}

TEST_CASE("an SBOM in Trivy's words", "[sbom]") {
  const auto reading = sbom::read(R"({
    "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
    "metadata": {"timestamp": "2026-01-02T03:04:05+00:00",
      "component": {"bom-ref": "root", "type": "container", "name": "web:1"}},
    "components": [
      {"bom-ref": "os", "type": "operating-system", "name": "redhat", "version": "9.4"},
      {"bom-ref": "p1", "type": "library", "name": "bash", "version": "1:5.1-9.el9",
       "purl": "pkg:rpm/redhat/bash@5.1-9.el9?arch=x86_64&distro=redhat-9.4&epoch=1",
       "supplier": {"name": "Red Hat, Inc."}, "licenses": [{"license": {"name": "GPLv3+"}}],
       "properties": [{"name": "aquasecurity:trivy:SrcName", "value": "bash"},
                      {"name": "aquasecurity:trivy:SrcVersion", "value": "5.1"},
                      {"name": "aquasecurity:trivy:SrcRelease", "value": "9.el9"}]},
      {"bom-ref": "p2", "type": "library", "name": "glibc", "purl": "pkg:rpm/redhat/glibc@2.34-1.el9?arch=x86_64"},
      {"bom-ref": "app", "type": "application", "name": "pom.xml"}],
    "dependencies": [{"ref": "root", "dependsOn": ["os", "app"]}, {"ref": "os", "dependsOn": ["p1"]},
                     {"ref": "p1", "dependsOn": ["p2"]}]})");
  const Sbom& sbom = reading.sbom;
  REQUIRE(sbom.packages.size() == 2);
  CHECK(sbom.packages[0].source_rpm == "bash-5.1-9.el9.src.rpm");
  CHECK(sbom.packages[0].license == "GPLv3+");
  CHECK(sbom.edges == std::vector<SbomEdge>{{package_id(0), package_id(1)}});
  CHECK(sbom.asked_for.empty());
  CHECK(sbom.subject.system == OsRelease{"rhel", "9.4", "", ""});
  CHECK(sbom.subject.created == 1'767'323'045);
  CHECK(reading.passed_over == 1);
}

TEST_CASE("a list without edges leaves dependencies unknown", "[sbom]") {
  const auto reading = sbom::read(R"({"bomFormat": "CycloneDX", "specVersion": "1.4",
    "metadata": {"component": {"bom-ref": "r", "type": "container", "name": "x"}},
    "components": [{"bom-ref": "a", "type": "library", "name": "a", "purl": "pkg:rpm/a@1-1"}],
    "dependencies": [{"ref": "r", "dependsOn": ["a"]}, {"ref": "a"}]})");
  CHECK_FALSE(reading.sbom.dependencies_known);
  CHECK(reading.sbom.asked_for.empty());
  CHECK(reading.sbom.packages.size() == 1);
}

TEST_CASE("errors of SBOMs name the place", "[sbom]") {
  CHECK(error_of("") == "line 1: not valid JSON");
  CHECK(error_of("{\"bomFormat\": \"CycloneDX\",\n oops}") == "line 2: not valid JSON");
  CHECK(error_of("[]") == "it is neither SPDX in JSON nor CycloneDX in JSON");
  CHECK(error_of("{\"spdxVersion\": \"SPDX-1.2\"}") == "spdxVersion: 'SPDX-1.2' is no version that rootlet knows");
  CHECK(error_of("{\"bomFormat\": \"CycloneDX\", \"specVersion\": 2}") == "specVersion: expected a string, found 2");
  CHECK(error_of("{\"spdxVersion\": \"SPDX-2.3\", \"packages\": {}}") == "packages: expected a list, found object");
  CHECK(error_of("{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [{}]}") == "packages[0].SPDXID: the field is missing");
  CHECK(error_of(R"({"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "A"}, {"SPDXID": "A"}]})") ==
        "packages[1].SPDXID: 'A' is the id of something else, too");
  CHECK(error_of(R"({"bomFormat": "CycloneDX", "specVersion": "1.6",
                     "components": [{"purl": "pkg:rpm/a@1-1?epoch=x"}]})") == "components[0].purl: 'x' is no epoch");
  CHECK(error_of(R"({"bomFormat": "CycloneDX", "specVersion": "1.6",
                     "components": [{"purl": "pkg:rpm/a@::1-1"}]})") ==
        "components[0].purl: ':1-1' is no version of an RPM package");
  CHECK(error_of(R"({"bomFormat": "CycloneDX", "specVersion": "1.6",
                     "components": [{"purl": "pkg:rpm/a%0A@1-1"}]})") ==
        "components[0].purl: 'a\n' holds a control character");
  CHECK(
      error_of(R"({"@graph": [{"type": "Relationship", "relationshipType": "dependsOn", "from": "a", "to": "b"}]})") ==
      "@graph[0].to: expected a list, found string");
  const std::string deep = "{\"bomFormat\": " + std::string(100, '[');
  CHECK(error_of(deep) == "it is nested too deeply");
}

TEST_CASE("an SBOM is told by the names of its first fields", "[sbom]") {
  for (const char* text : {R"({"bomFormat": )", R"( {"a": {"packages": [1, {"b": null}]}, "spdxVersion":)",
                           "\xef\xbb\xbf{\"@context\": \"x\"", R"({"SPDXID": "x"})", R"({"@graph": [)"}) {
    INFO(text);
    CHECK(sbom::is_document(text));
  }
  for (const char* text : {"", "{", "{}", R"({"version": 1, "recipe": {"bomFormat": "x"}})", R"([{"bomFormat": "x"}])",
                           R"({"a": "bomFormat"})", "no JSON"}) {
    INFO(text);
    CHECK_FALSE(sbom::is_document(text));
  }
}
