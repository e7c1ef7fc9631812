#include "rootlet/audit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "invented.hpp"

using namespace rootlet;
using namespace invented;

namespace {

World some_findings() {
  World world;
  world.add("a", {file("/usr/bin/su", 04755), file("/usr/bin/mount", 04755)});
  world.add("b", {file("/usr/bin/umount", 04755)});
  return world;
}

}  // namespace

TEST_CASE("rules are ordered and complete") {
  const auto rules = analysis::audit_rules();
  CHECK(std::is_sorted(rules.begin(), rules.end(), [](const AuditRule& a, const AuditRule& b) {
    return a.severity != b.severity ? a.severity > b.severity : a.id < b.id;
  }));
  for (const AuditRule& rule : rules) {
    CHECK(rule.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK_FALSE(rule.title.empty());
    CHECK(rule.advice.ends_with('.'));
    CHECK(analysis::audit_rule(rule.id) == &rule);
  }
  CHECK(analysis::audit_rule("none") == nullptr);
}

TEST_CASE("every rule is looked for where everything is known, none but names where nothing is") {
  World world = some_findings();
  world.has_image = true;
  world.graph.roots = {{Root::Kind::user_installed, "a", {}, {}, {PackageId{0}}}};
  const analysis::Audit whole = world.audit();
  CHECK(whole.rules.size() == analysis::audit_rules().size() - 1);  // all but unused-acceptance
  CHECK(whole.not_looked_at.empty());

  World bare;
  bare.what = "a lock";
  bare.has_tree = false;
  bare.graph.packages.push_back({{"a", 0, "1", "1", "noarch"}, 1});
  const analysis::Audit little = bare.audit();
  CHECK(little.rules == std::vector<std::string_view>{"compiler", "package-manager", "shell", "unmet-requirement"});
  CHECK(little.not_looked_at == Lines{"files: the target is a lock", "image configuration: the target is a lock",
                                      "packages that nothing needs any more: no record says which ones were asked for",
                                      "signatures: the target is a lock"});
}

TEST_CASE("an RPM database alone is looked at by what its packages list") {
  World world = some_findings();
  world.what = "an RPM database";
  world.has_tree = false;
  const analysis::Audit audit = world.audit();
  CHECK(audit.findings.size() == 3);
  CHECK(audit.not_looked_at == Lines{"files: the target is an RPM database; what its packages list was looked at",
                                     "image configuration: the target is an RPM database",
                                     "packages that nothing needs any more: no record says which ones were asked for"});
}

TEST_CASE("a manifest tells little") {
  World world;
  world.add("a");
  world.graph.dependencies_known = false;
  world.complete();
  world.tree.contents_read = false;
  const analysis::Audit audit = analysis::audit({"an image", world.graph, world.installed, &world.tree, &world.image});
  CHECK(audit.not_looked_at ==
        Lines{"conflicts, obsoletes and duplicates: the target only lists its packages",
              "contents of files: they were not read", "files of packages: the target only lists its packages",
              "requirements: the target only lists its packages", "signatures: the target only lists its packages"});
}

TEST_CASE("findings are sorted: the worst first, then by rule, package and path") {
  World world = some_findings();
  world.add({file("/etc/open", 0666), file("/root/.netrc"), file("/var/log/x")});
  const auto findings = world.audit().findings;
  CHECK(findings.front().rule == "private-key");
  CHECK(std::is_sorted(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.severity != b.severity ? a.severity > b.severity
                                    : std::tie(a.rule, a.package, a.path) < std::tie(b.rule, b.package, b.path);
  }));
}

TEST_CASE("accepted findings do not fail; entries that fit nothing are told") {
  World world = some_findings();
  analysis::Audit audit = world.audit();
  const std::size_t before = audit.findings.size();
  CHECK(analysis::fails(audit.findings, Severity::warning));
  analysis::accept(audit, {{"setuid-file", "a", "/usr/bin/s*", "needed", "ok.yaml:1:3"},
                           {"setuid-file", "a-0:1-*", "", "too", "ok.yaml:2:3"},
                           {"setuid-file", "", "/usr/*/umount", "and this", "ok.yaml:3:3"},
                           {"setuid-file", "c", "", "gone", "ok.yaml:4:3"},
                           {"world-writable", "", "/x", "gone", "ok.yaml:5:3"},
                           {"runs-as-root", "", "", "not looked for here", "ok.yaml:6:3"},
                           {"no-os-release", "", "", "fine", "ok.yaml:7:3"}});
  std::vector<std::string> reasons;
  std::vector<std::string> unused;
  for (const Finding& finding : audit.findings) {
    if (finding.rule == "setuid-file") reasons.push_back(finding.path + " " + finding.accepted);
    if (finding.rule == "unused-acceptance") unused.push_back(finding.message);
  }
  CHECK(reasons == Lines{"/usr/bin/mount too", "/usr/bin/su needed", "/usr/bin/umount and this"});
  CHECK(unused == Lines{"ok.yaml:4:3: the entry for setuid-file fits no finding any more",
                        "ok.yaml:5:3: the entry for world-writable fits no finding any more"});
  CHECK_FALSE(analysis::fails(audit.findings, Severity::warning));
  CHECK(analysis::fails(audit.findings, Severity::note));
  const auto counts = analysis::count(audit.findings);
  CHECK(counts.accepted == 4);
  CHECK(counts.errors + counts.warnings + counts.notes + counts.accepted == before + 2);
}

TEST_CASE("ten thousand links in circles come to an end") {
  World world;
  std::vector<TreeFile> files;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = "/usr/lib/d" + std::to_string(i % 500) + "/" + std::to_string(i);
    files.push_back(file(name, 0644, ""));
    files.push_back(link_to(name + "l", std::to_string((i + 500) % 10'000) + "l"));
  }
  world.add("a", files);
  world.complete();
  const auto audit = world.audit();
  CHECK(audit.findings.size() >= 10'000);
}
