#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "make/origins.hpp"
#include "make/sbom.hpp"
#include "rootlet/sbom.hpp"

using namespace rootlet;
using nlohmann::json;

namespace {

const std::string hex(64, 'a');

Solution solution() {
  Solution solution;
  for (const char* name : {"app", "lib", "perl"}) {
    ChosenPackage chosen;
    chosen.package.nevra = {name, 0, "1", "1", "x86_64"};
    chosen.package.repo = "base";
    chosen.package.checksum = {"sha256", hex};
    solution.packages.push_back(chosen);
  }
  solution.packages[0].reason.requested.push_back({"app"});
  solution.packages[1].reason.required_by.push_back({package_id(0), "lib", EdgeKind::runtime});
  solution.packages[2].reason.required_by.push_back({package_id(0), "perl", EdgeKind::post});
  solution.packages[1].reason.required_by.push_back({package_id(2), "lib", EdgeKind::runtime});
  solution.packages[2].build_only = true;
  return solution;
}

std::vector<rpm::HeaderInfo> headers() {
  std::vector<rpm::HeaderInfo> headers(3);
  for (rpm::HeaderInfo& header : headers) {
    header.license = "MIT";
    header.vendor = "Vendor";
    header.source_rpm = "source-1-1.src.rpm";
    header.url = "https://project.example/";
  }
  headers[1].license = "GPLv2+\x1b[31m\xff";
  headers[2].url = "javascript:alert(1)";
  PackageFile file;
  file.path = "/usr/bin/app";
  headers[0].files.push_back(file);
  file.path = "/usr/bin/perl";
  headers[2].files.push_back(file);
  return headers;
}

Sbom built() {
  static const std::vector<rpm::HeaderInfo> all = headers();
  SbomSubject subject;
  subject.name = "image";
  subject.digest = "sha256:" + hex;
  subject.system = {"fedora", "41", "Fedora Linux", "cpe:/o:fedoraproject:fedora:41"};
  subject.created = 1'700'000'000;
  static const std::string key = "0123456789abcdef";
  const std::vector<make::VerifiedFacts> list{{all[0], key}, {all[1], key}, {all[2], key}};
  Sbom sbom = make::sbom_of(subject, solution(), list);
  FileTree tree;
  for (const char* path : {"/etc/hosts", "/etc/motd", "/usr/bin/app"}) {
    TreeFile file;
    file.path = path;
    file.sha256 = hex;
    tree.files.push_back(file);
  }
  make::add_files(sbom, tree, list, {{"/etc/motd", "the recipe"}});
  return sbom;
}

}  // namespace

TEST_CASE("a build's SBOM has what stays, and what built it as tools", "[sbom]") {
  const Sbom sbom = built();
  REQUIRE(sbom.packages.size() == 3);
  CHECK(sbom.packages[2].role == SbomRole::build_tool);
  CHECK(sbom.packages[0].signed_by == "0123456789abcdef");
  CHECK(sbom.asked_for == std::vector{package_id(0)});
  // Not from app to perl: that was its scriptlet's need, and perl is gone.
  CHECK(sbom.edges == std::vector<SbomEdge>{{package_id(0), package_id(1)}, {package_id(2), package_id(1)}});
  REQUIRE(sbom.files.size() == 3);
  CHECK(sbom.files[0].origin.empty());
  CHECK(sbom.files[1].origin == "the recipe");
  CHECK(sbom.files[2].owners == std::vector{package_id(0)});
}

TEST_CASE("SPDX 2.3 of a build", "[sbom]") {
  const json document = json::parse(sbom::document(built(), sbom::SbomFormat::spdx_2_3));
  CHECK(document["creationInfo"]["created"] == "2023-11-14T22:13:20Z");
  CHECK(document["packages"].size() == 5);  // with the image and its system
  const json& lib = document["packages"][3];
  CHECK(lib["SPDXID"] == "SPDXRef-Package-lib-1-1.x86-64");
  CHECK(lib["licenseDeclared"] == document["hasExtractedLicensingInfos"][0]["licenseId"]);
  CHECK(document["hasExtractedLicensingInfos"][0]["extractedText"] == "GPLv2+\\x1b[31m\xef\xbf\xbd");
  CHECK(lib["externalRefs"][0]["referenceLocator"] == "pkg:rpm/fedora/lib@1-1?arch=x86_64&distro=fedora-41");
  CHECK(lib["externalRefs"].size() == 2);
  CHECK(lib["comment"] == "repository: base\nsigned by key: 0123456789abcdef");
  CHECK(document["packages"][2]["homepage"] == "https://project.example/");
  CHECK_FALSE(document["packages"][4].contains("homepage"));
  const json tool{{"spdxElementId", "SPDXRef-Package-perl-1-1.x86-64"},
                  {"relationshipType", "BUILD_TOOL_OF"},
                  {"relatedSpdxElement", "SPDXRef-Image"}};
  const json& relationships = document["relationships"];
  CHECK(std::find(relationships.begin(), relationships.end(), tool) != relationships.end());
  CHECK(document["files"][0]["comment"] == "no package owns it; what made it is not known");
  CHECK(document["files"][1]["comment"] == "no package owns it; made by: the recipe");
}

TEST_CASE("CycloneDX of a build keeps its tools apart", "[sbom]") {
  const json document = json::parse(sbom::document(built(), sbom::SbomFormat::cyclonedx_1_6));
  std::vector<std::string> names;
  for (const json& one : document["components"]) names.push_back(one["name"]);
  CHECK(names == std::vector<std::string>{"fedora", "app", "lib", "/etc/hosts", "/etc/motd"});
  CHECK(document["components"][1]["components"][0]["name"] == "/usr/bin/app");
  CHECK(document["components"][1]["licenses"] ==
        json::parse(R"([{"expression": "MIT", "acknowledgement": "declared"}])"));
  CHECK(document["formulation"][0]["components"][0]["name"] == "perl");
  CHECK(document["dependencies"][0] ==
        json::parse(R"({"ref": "image", "dependsOn": ["pkg:rpm/fedora/app@1-1?arch=x86_64&distro=fedora-41"]})"));
}

TEST_CASE("files that no package owns have what made them", "[sbom]") {
  FileTree tree;
  const auto add = [&](const char* path, FileType type = FileType::regular, const char* target = "") {
    tree.files.push_back({path, type});
    tree.files.back().target = target;
  };
  for (const char* path : {"/etc/group", "/etc/ld.so.cache"}) add(path);
  add("/etc/motd");
  add("/usr/lib/sysimage/rpm/rpmdb.sqlite");
  add("/usr/share/app");
  add("/usr/share/buildinfo/content-sets.json");
  add("/var/lib", FileType::directory);
  add("/var/lib/db/sbom/web.spdx.json");
  add("/var/lib/link", FileType::symlink, "../../etc");
  add("/var/lib/rpm", FileType::symlink, "../../usr/lib/sysimage/rpm");
  Recipe recipe;
  make::BuildResult result;
  result.dbpath = "/var/lib/rpm";
  const std::string last = "scriptlets";
  using Origins = std::map<std::string, std::string>;
  CHECK(make::origins_of(tree, recipe, result) == Origins{{"/etc/group", last},
                                                          {"/etc/ld.so.cache", last},
                                                          {"/etc/motd", last},
                                                          {"/usr/lib/sysimage/rpm/rpmdb.sqlite", "RPM database"},
                                                          {"/usr/share/app", last},
                                                          {"/usr/share/buildinfo/content-sets.json", last},
                                                          {"/var/lib/db/sbom/web.spdx.json", last}});
  recipe.users.emplace_back();
  recipe.files.emplace_back().path = "/var/lib/link/motd";
  recipe.content_sets = {"a"};
  recipe.sboms = {"spdx-2.3"};
  const Origins origins = make::origins_of(tree, recipe, result);
  CHECK(origins.at("/etc/group") == "users of the recipe");
  CHECK(origins.at("/etc/motd") == "files of the recipe");
  CHECK(origins.at("/usr/share/buildinfo/content-sets.json") == "content_sets of the recipe");
  CHECK(origins.at("/var/lib/db/sbom/web.spdx.json") == "sbom of the recipe");
  CHECK(origins.at("/etc/ld.so.cache") == last);
}

TEST_CASE("an SBOM that lies in its image has Trivy's ids of packages", "[sbom]") {
  Sbom sbom = built();
  sbom.packages[0].nevra.epoch = 2;
  for (const auto& [ids, id] :
       {std::pair{TrivyIds::of_database, "app@1-1.x86_64"}, {TrivyIds::of_manifest, "app@2:1-1"}}) {
    sbom.subject.ids = ids;
    const json spdx = json::parse(sbom::document(sbom, sbom::SbomFormat::spdx_2_3));
    CHECK(spdx["packages"][2]["annotations"] == json::array({{{"annotator", spdx["creationInfo"]["creators"][0]},
                                                              {"annotationDate", spdx["creationInfo"]["created"]},
                                                              {"annotationType", "OTHER"},
                                                              {"comment", std::string("PkgID: ") + id}}}));
    const json cyclonedx = json::parse(sbom::document(sbom, sbom::SbomFormat::cyclonedx_1_6));
    CHECK(cyclonedx["components"][1]["properties"].back() == json{{"name", "aquasecurity:trivy:PkgID"}, {"value", id}});
  }
  CHECK_FALSE(json::parse(sbom::document(built(), sbom::SbomFormat::spdx_2_3))["packages"][2].contains("annotations"));
}

TEST_CASE("the same SBOM gives the same bytes, another one another id", "[sbom]") {
  for (const auto format : {sbom::SbomFormat::spdx_2_3, sbom::SbomFormat::spdx_3_0, sbom::SbomFormat::cyclonedx_1_6}) {
    Sbom sbom = built();
    const std::string text = sbom::document(sbom, format);
    CHECK(text == sbom::document(built(), format));
    CHECK(text.find("-8") != std::string::npos);
    sbom.packages[0].license = "ISC";
    CHECK(text.substr(0, text.size() / 2) != sbom::document(sbom, format).substr(0, text.size() / 2));
    CHECK(sbom::format_of(sbom::format_name(format)) == format);
  }
}

TEST_CASE("ids differ though packages are alike", "[sbom]") {
  Sbom sbom = built();
  sbom.packages[1] = sbom.packages[0];
  sbom.packages[2] = sbom.packages[0];
  sbom.packages[1].nevra.name = "a+p";
  sbom.packages[2].nevra.name = "a_p";
  const json spdx = json::parse(sbom::document(sbom, sbom::SbomFormat::spdx_2_3));
  CHECK(spdx["packages"][3]["SPDXID"] == "SPDXRef-Package-a-p-1-1.x86-64");
  CHECK(spdx["packages"][4]["SPDXID"] == "SPDXRef-Package-a-p-1-1.x86-64-2");
  sbom.packages[1] = sbom.packages[0];
  const json cyclonedx = json::parse(sbom::document(sbom, sbom::SbomFormat::cyclonedx_1_6));
  CHECK(cyclonedx["components"][1]["bom-ref"] != cyclonedx["components"][2]["bom-ref"]);
}

TEST_CASE("what nobody knows is said to be unknown", "[sbom]") {
  Sbom sbom;
  sbom.subject.name = "x";
  sbom.dependencies_known = false;
  sbom.packages.emplace_back().nevra = {"a", 0, "1", "1", "noarch"};
  const json spdx = json::parse(sbom::document(sbom, sbom::SbomFormat::spdx_2_3));
  CHECK(spdx["packages"][1]["licenseDeclared"] == "NOASSERTION");
  CHECK(spdx["packages"][1]["supplier"] == "NOASSERTION");
  CHECK(spdx["relationships"].back() == json::parse(R"({"spdxElementId": "SPDXRef-Image",
      "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NOASSERTION"})"));
  const json cyclonedx = json::parse(sbom::document(sbom, sbom::SbomFormat::cyclonedx_1_6));
  CHECK(cyclonedx["compositions"][0]["aggregate"] == "unknown");
  CHECK(cyclonedx["dependencies"].empty());
}
