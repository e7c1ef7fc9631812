#include "rootlet/advisory.hpp"

#include <catch2/catch.hpp>

using namespace rootlet;
using Lines = std::vector<std::string>;

TEST_CASE("severities are told in any publisher's words") {
  CHECK(rated("Critical") == AdvisorySeverity::critical);
  CHECK(rated("HIGH") == AdvisorySeverity::important);
  CHECK(rated("medium") == AdvisorySeverity::moderate);
  CHECK(rated("low") == AdvisorySeverity::low);
  for (const char* word : {"", "None", "unspecified", "criticality and more", "unknown"}) {
    CHECK(rated(word) == AdvisorySeverity::unknown);
  }
  CHECK(advisory_type_of("newpackage") == AdvisoryType::newpackage);
  for (const char* word : {"", "other", "Security", "recommended"})
    CHECK(advisory_type_of(word) == AdvisoryType::other);
}

TEST_CASE("vulnerabilities are found in text") {
  CHECK(cves_in("CVE-2026-12345: CVE-2007-3568 imlib, CVE-2026-12345.") == Lines{"CVE-2007-3568", "CVE-2026-12345"});
  CHECK(cves_in("cve-2026-1234 CVE-26-1234 CVE-2026-123 CVE-2026 CVE- XCVE-20266-1234 CVE-2026-").empty());
  CHECK(cves_in("CVE-CVE-2026-1234") == Lines{"CVE-2026-1234"});
}

TEST_CASE("what several sources say of an advisory is joined") {
  Advisory one;
  one.id = "b";
  one.severity = AdvisorySeverity::low;
  one.date = "2026-01-02";
  one.cves = {"CVE-2026-0002"};
  one.sources = {"r2"};
  one.collections.resize(1);
  Advisory other;
  other.id = "b";
  other.type = AdvisoryType::security;
  other.severity = AdvisorySeverity::critical;
  other.title = "t";
  other.cves = {"CVE-2026-0001", "CVE-2026-0002"};
  other.sources = {"r1"};
  other.collections.resize(2);
  Advisory alone;
  alone.id = "a";
  const auto all = joined({one, alone, other});
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == "a");
  CHECK(all[1].type == AdvisoryType::security);
  CHECK(all[1].severity == AdvisorySeverity::critical);
  CHECK(all[1].title == "t");
  CHECK(all[1].date == "2026-01-02");
  CHECK(all[1].cves == Lines{"CVE-2026-0001", "CVE-2026-0002"});
  CHECK(all[1].sources == Lines{"r1", "r2"});
  CHECK(all[1].collections.size() == 3);
}
