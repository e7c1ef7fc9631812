#include "rootlet/report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace rootlet;

namespace {

using MaybePackage = std::optional<Nevra>;

const MaybePackage package_a = Nevra{"a", 0, "1", "1", "noarch"};
const MaybePackage package_ab = Nevra{"a-b", 0, "1", "1", "noarch"};

Finding finding(const std::string& rule, Severity severity, const MaybePackage& package, const std::string& path,
                const std::string& message) {
  return {rule, severity, package, path, message, "Do something."};
}

/// Thirty of one rule, and one of another.
analysis::Audit some() {
  analysis::Audit audit;
  audit.rules = {"private-key", "setuid-file"};
  audit.findings.push_back(finding("private-key", Severity::error, {}, "/root/.ssh/id_rsa", "is a key"));
  for (int i = 10; i < 40; ++i) {
    audit.findings.push_back(
        finding("setuid-file", Severity::warning, package_a, "/usr/bin/" + std::to_string(i), "is setuid"));
  }
  audit.not_looked_at = {"files: the target is a lock"};
  return audit;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

nlohmann::ordered_json first_result(const Finding& one) {
  analysis::Audit audit;
  audit.rules = {"setuid-file"};
  audit.findings = {one};
  return report::to_sarif(audit, "out/image")["runs"][0]["results"][0];
}

std::string uri(const std::string& path) {
  const auto result = first_result(finding("setuid-file", Severity::warning, {}, path, "x"));
  return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
}

std::string fingerprint(const MaybePackage& package, const std::string& path, const std::string& message) {
  return first_result(
      finding("setuid-file", Severity::warning, package, path, message))["partialFingerprints"]["rootlet/v1"];
}

}  // namespace

TEST_CASE("findings as text: the first of each rule, all of them where asked for") {
  const std::string text = report::to_text(some(), {});
  CHECK(
      text.starts_with("error: Private keys and credentials [private-key], 1 finding\n"
                       "  /root/.ssh/id_rsa: is a key\n"
                       "  -> Do something.\n\n"
                       "warning: Setuid and setgid files [setuid-file], 30 findings\n"
                       "  /usr/bin/10 (a-0:1-1.noarch): is setuid\n"));
  CHECK(
      text.ends_with("  /usr/bin/29 (a-0:1-1.noarch): is setuid\n"
                     "  and 10 more (--all shows them)\n"
                     "  -> Do something.\n\n"
                     "1 error, 30 warnings, 0 notes\n"
                     "not looked at: files: the target is a lock\n"));
  CHECK(count_of(report::to_text(some(), {true, false}), "is setuid") == 30);
  CHECK(report::to_text(analysis::Audit{}, {}) == "0 errors, 0 warnings, 0 notes\n");
}

TEST_CASE("accepted findings are counted apart") {
  analysis::Audit audit = some();
  audit.findings.front().accepted = "a test\nkey";
  const std::string text = report::to_text(audit, {});
  CHECK(text.find("id_rsa") == std::string::npos);
  CHECK(text.find("0 errors, 30 warnings, 0 notes; 1 accepted (-v shows them)\n") != std::string::npos);
  CHECK(report::to_text(audit, {false, true}).find("    accepted: a test\\x0akey\n") != std::string::npos);
  CHECK(report::to_json(audit)["findings"][0]["accepted"] == "a test\nkey");
  CHECK_FALSE(report::to_json(audit)["findings"][1].contains("accepted"));
  const auto results = report::to_sarif(audit, "out/image")["runs"][0]["results"];
  CHECK(results.back()["suppressions"][0]["justification"] == "a test\nkey");
  CHECK_FALSE(results.front().contains("suppressions"));
}

TEST_CASE("names from outside are one line of text") {
  CHECK(report::one_line("a\nb\tc\x1b[0m\xc2\x9b") == "a\\x0ab\\x09c\\x1b[0m\\xc2\\x9b");
  analysis::Audit audit;
  audit.findings = {
      finding("setuid-file", Severity::warning, Nevra{"p\n", 0, "1", "1", "noarch"}, "/a\nerror: b", "c\x1b")};
  CHECK(report::to_text(audit, {}).find("  /a\\x0aerror: b (p\\x0a-0:1-1.noarch): c\\x1b\n") != std::string::npos);
}

TEST_CASE("SARIF: paths are relative references, with every odd byte encoded") {
  CHECK(uri("/usr/bin/su") == "usr/bin/su");
  CHECK(uri("/a b%20#?:@") == "a%20b%2520%23%3F%3A%40");
  CHECK(uri("/\xff\xc3\xa9\n") == "%FF%C3%A9%0A");
  CHECK(uri("/") == ".");
  CHECK(uri("//host/x") == "host/x");
}

TEST_CASE("SARIF: messages hold no links and placeholders of others") {
  const auto result = first_result(finding("setuid-file", Severity::note, {}, "", "[x](http:y) {0} \\"));
  CHECK(result["message"]["text"] == "\\[x\\](http:y) {{0}} \\\\");
}

TEST_CASE("SARIF: each result has a place, the target where no file is concerned") {
  const auto place = [](const std::string& target, const MaybePackage& package, const std::string& path) {
    analysis::Audit audit;
    audit.rules = {"setuid-file"};
    audit.findings = {finding("setuid-file", Severity::note, package, path, "x")};
    const auto result = report::to_sarif(audit, target)["runs"][0]["results"][0];
    REQUIRE(result["locations"].size() == 1);
    const auto physical = result["locations"][0]["physicalLocation"];
    CHECK(physical["region"]["startLine"] == 1);
    CHECK(physical["artifactLocation"].contains("uriBaseId") == !path.empty());
    return physical["artifactLocation"]["uri"].get<std::string>();
  };
  CHECK(place("out/image", {}, "") == "out/image");
  CHECK(place("../my image.tar", package_a, "") == "../my%20image.tar");
  CHECK(place("/srv/root", package_a, "") == "file:///srv/root");
  CHECK(place("/srv/root", package_a, "/usr/bin/x") == "usr/bin/x");
}

TEST_CASE("SARIF: never more results than code scanning takes", "[slow]") {
  analysis::Audit audit;
  audit.rules = {"unowned-file"};
  const auto run_of = [&] { return report::to_sarif(audit, "image")["runs"][0]; };
  const auto add = [&](std::size_t count, const std::string& begin, const std::string& end) {
    for (std::size_t i = 0; i < count; ++i) {
      audit.findings.push_back(
          finding("unowned-file", Severity::note, {}, begin + std::to_string(i) + end, "is unowned"));
    }
  };
  add(25'000, "/srv/", "");
  auto run = run_of();
  CHECK(run["results"].size() == 25'000);
  CHECK(run["invocations"][0]["toolExecutionNotifications"].empty());
  // One more: those of a directory are one.
  add(1, "/opt/", "");
  run = run_of();
  REQUIRE(run["results"].size() == 2);
  CHECK(run["results"][0]["message"]["text"] == "is unowned (and 24,999 like it beside it)");
  CHECK(run["results"][0]["locations"].size() == 1000);
  CHECK(run["results"][1]["message"]["text"] == "is unowned");
  // Still too many: the accepted ones go first, then the last.
  for (Finding& one : audit.findings) one.accepted = "known";
  add(25'000, "/var/", "/x");
  run = run_of();
  CHECK(run["results"].size() == 25'000);
  CHECK(run["results"].back()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "var/24999/x");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
        "left out: 2 of 25,002 results, those of the least weight; code scanning takes 25,000");
}

TEST_CASE("SARIF: packages are logical locations, rules are listed once") {
  const auto run = report::to_sarif(some(), "out/image")["runs"][0];
  CHECK(run["tool"]["driver"]["rules"].size() == 2);
  CHECK(run["results"][1]["ruleIndex"] == 1);
  CHECK(run["results"][1]["level"] == "warning");
  const auto location = run["results"][1]["locations"][0]["logicalLocations"][0];
  CHECK(location["name"] == "a");
  CHECK(location["fullyQualifiedName"] == "a-0:1-1.noarch");
  CHECK(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] ==
        "not looked at: files: the target is a lock");
}

TEST_CASE("SARIF: fingerprints survive new versions and sizes, and tell findings apart") {
  const std::string one = fingerprint(package_ab, "/x", "1.00 kB");
  CHECK(fingerprint(Nevra{"a-b", 0, "2", "7", "noarch"}, "/x", "2.00 kB") == one);
  CHECK(fingerprint(package_a, "/x", "1.00 kB") != one);
  CHECK(fingerprint(package_ab, "/y", "1.00 kB") != one);
  CHECK(fingerprint(package_ab, "", "requires c") != fingerprint(package_ab, "", "requires d"));
  analysis::Audit audit;
  audit.rules = {"missing-library"};
  for (const char* needs : {"needs a", "needs b"}) {
    audit.findings.push_back(finding("missing-library", Severity::error, {}, "/usr/bin/x", needs));
  }
  const auto results = report::to_sarif(audit, "out/image")["runs"][0]["results"];
  CHECK(results[0]["partialFingerprints"] != results[1]["partialFingerprints"]);
}

TEST_CASE("what files cost, as text and JSON") {
  analysis::FileCosts costs;
  costs.contents_read = true;
  costs.total = {1500, 4};
  costs.unowned = {300, 1};
  costs.directories = {{"/usr", {1200, 3}}, {"/", {300, 1}}};
  costs.subdirectories = {{"/usr/bin", {1000, 1}}, {"/", {300, 1}}, {"/usr", {200, 2}}};
  costs.kinds = {{analysis::FileKind::executable, {1000, 1}}, {analysis::FileKind::other, {500, 3}}};
  costs.duplicates = {{{"/usr/a", "/usr/b\n"}, 100}};
  costs.largest = {{"/usr/bin/a", 1000, package_a}, {"/x", 300, {}}};
  costs.disk_size = {1200};
  CHECK(report::to_text(costs) == R"(
     size    files  directory
  1.20 kB        3  /usr
  1.00 kB        1    /usr/bin
    200 B        2    /usr itself
    300 B        1  /

     size    files  kind
  1.00 kB        1  executables
    500 B        3  other

     size  largest files
  1.00 kB  /usr/bin/a (a-0:1-1.noarch)
    300 B  /x (of no package)

    saved  if these were one file each
    100 B  /usr/a = /usr/b\x0a
    100 B  in all

4 files, 1.50 kB (1,500 bytes); no package owns 1 of them (300 bytes)
)");
  PackageGraph graph;
  graph.packages.push_back({{"a", 0, "1", "1", "noarch"}, 1234});
  const auto files = report::to_json(graph, costs)["files"];
  CHECK(files["bytes"] == 1500);
  CHECK(files["unowned"]["bytes"] == 300);
  CHECK(files["directories"][0]["path"] == "/usr");
  CHECK(files["kinds"][0]["kind"] == "executables");
  CHECK(files["duplicates"][0]["saved"] == 100);
  CHECK(files["packages"][0]["disk_size"] == 1200);
  costs.contents_read = false;
  CHECK_FALSE(report::to_json(graph, costs)["files"].contains("duplicates"));
}
