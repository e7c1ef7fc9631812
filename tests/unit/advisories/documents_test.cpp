#include "advisories/documents.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rootlet/error.hpp"

namespace rootlet {
namespace {

using Lines = std::vector<std::string>;

/// "name epoch:version-release arch [since version] [stream]" of all fixed packages.
Lines fixes(const Advisory& advisory) {
  Lines lines;
  for (const AdvisoryCollection& collection : advisory.collections) {
    for (const FixedPackage& one : collection.packages) {
      std::string line = one.nevra.name + " " + one.nevra.evr() + " " + one.nevra.arch;
      if (one.since) line += " since " + one.since->evr();
      for (const ModuleStream& module : collection.modules)
        line += " " + module.name + ":" + module.stream + ":" + module.context;
      lines.push_back(line);
    }
  }
  return lines;
}

template <class Read>
std::string error_of(Read read, const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const std::string osv = R"({"id": "RLSA-2026:1", "modified": "2026-01-02T03:04:05Z", "summary": "Important: ssl update",
  "aliases": ["CVE-2026-0002"], "upstream": ["CVE-2026-0001"], "references": [{"type": "WEB", "url": "https://example.com"}],
  "affected": [
    {"package": {"ecosystem": "Rocky Linux:9", "name": "ssl"}, "ranges": [
      {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1:2-1.el9"}, {"introduced": "1:3-1"}, {"fixed": "1:3-4"}]},
      {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "1:2-1.el9"}]}]},
    {"package": {"ecosystem": "PyPI", "name": "x"}, "ranges": []}]})";

TEST_CASE("a document of OSV has fixed versions of source packages") {
  const auto documents = advisories::read_osv(osv);
  REQUIRE(documents.list.size() == 1);
  const Advisory& one = documents.list.front();
  CHECK(one.id == "RLSA-2026:1");
  CHECK(one.type == AdvisoryType::security);
  CHECK(one.severity == AdvisorySeverity::important);
  CHECK(one.date == "2026-01-02");
  CHECK(one.cves == Lines{"CVE-2026-0001", "CVE-2026-0002"});
  CHECK(fixes(one) == Lines{"ssl 1:2-1.el9 ", "ssl 1:3-4  since 1:3-1"});
  CHECK(one.collections.front().packages.front().of_source);
  CHECK(documents.passed_over == Lines{"1 range without a fixed version", "1 package of no distribution of RPMs"});
}

TEST_CASE("documents stand alone, in a list, or one a line; withdrawn ones are left out") {
  CHECK(advisories::read_osv("[" + osv + "," + osv + "]").list.size() == 2);
  CHECK(advisories::read_osv(R"({"id": "a", "modified": "x"})"
                             "\n\n"
                             R"({"id": "b", "modified": "x"})"
                             "\n")
            .list.size() == 2);
  CHECK(advisories::read_osv(R"({"id": "a", "withdrawn": "2026-01-01T00:00:00Z"})").list.empty());
}

const std::string csaf =
    R"({"document": {"title": "t", "csaf_version": "2.0", "aggregate_severity": {"text": "Critical"},
  "tracking": {"id": "RHSA-2026:1", "status": "final", "current_release_date": "2026-01-02T00:00:00+00:00"}},
  "product_tree": {"branches": [{"branches": [
    {"product": {"product_id": "a", "product_identification_helper": {"purl": "pkg:rpm/redhat/ssl@2-1.el9?arch=x86_64&epoch=1"}}},
    {"product": {"product_id": "s", "product_identification_helper": {"purl": "pkg:rpm/redhat/ssl@2-1.el9?arch=src&epoch=1"}}},
    {"product": {"product_id": "m", "product_identification_helper":
      {"purl": "pkg:rpm/redhat/node%2bjs@18-1.module%2Bel9?arch=noarch&rpmmod=nodejs:18:99:rhel9"}}},
    {"product": {"product_id": "c", "product_identification_helper": {"cpe": "cpe:/a:x"}}}]}],
    "relationships": [{"full_product_name": {"product_id": "B:a"}, "product_reference": "a"},
                      {"full_product_name": {"product_id": "B:B:a"}, "product_reference": "B:a"},
                      {"full_product_name": {"product_id": "loop"}, "product_reference": "loop"}]},
  "vulnerabilities": [
    {"cve": "CVE-2026-0001", "product_status": {"fixed": ["B:B:a", "s", "m"], "known_affected": ["B:a"]}},
    {"cve": "CVE-2026-0002", "product_status": {"fixed": ["B:a", "c", "loop", "unknown", 7]}}]})";

TEST_CASE("a document of CSAF has fixed products with package URLs") {
  const auto documents = advisories::read_csaf(csaf);
  REQUIRE(documents.list.size() == 1);
  const Advisory& one = documents.list.front();
  CHECK(one.id == "RHSA-2026:1");
  CHECK(one.severity == AdvisorySeverity::critical);
  CHECK(one.status == "final");
  CHECK(one.cves == Lines{"CVE-2026-0001", "CVE-2026-0002"});
  CHECK(fixes(one) == Lines{"ssl 1:2-1.el9 x86_64", "node+js 0:18-1.module+el9 noarch nodejs:18:rhel9"});
  CHECK(documents.passed_over ==
        Lines{"4 fixed products without a package URL of an RPM", "1 affected product without a fixed version"});
}

TEST_CASE("what is no document is an error") {
  const auto osv_error = [](const std::string& text) { return error_of(advisories::read_osv, text); };
  const auto csaf_error = [](const std::string& text) { return error_of(advisories::read_csaf, text); };
  CHECK(osv_error("") == "it is empty");
  CHECK(osv_error("{}") == "it is no OSV document: it has no member 'id'");
  CHECK(osv_error(R"({"id": "CVE-2026-0001"})") == "it is no OSV document: it has no member 'modified'");
  CHECK(csaf_error(R"({"document": {"tracking": {"id": "a"}}})") ==
        "it is no CSAF document: document.csaf_version is missing");
  CHECK(osv_error("<updates/>") == "it is no JSON");
  CHECK(osv_error("{\"id\": \"a\"}\n{") == "line 2 is no JSON");
  CHECK(osv_error("7") == "it is no OSV document");
  CHECK(osv_error("{}") == "it is no OSV document: it has no member 'id'");
  CHECK(csaf_error("[[]]") == "it is no CSAF document");
  CHECK(csaf_error(osv) == "it is no CSAF document: document.tracking.id is missing");
  CHECK(osv_error(std::string(100'000, '[')) == "it is nested too deeply");
}

}  // namespace
}  // namespace rootlet
