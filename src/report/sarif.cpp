#include "sarif.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "rootlet/report.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* root_base = "ROOT";

/// Limits of GitHub code scanning, which takes no file with more.
constexpr std::size_t most_results = 25'000;
constexpr std::size_t most_locations = 1000;  // of a result

/// Percent-encodes bytes for a reference (RFC 3986): all but unreserved characters and slashes.
std::string encoded(std::string_view path) {
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == '/';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri.empty() ? "." : uri;
}

/// A path in the root as a relative reference.
std::string uri_of(std::string_view path) {
  return encoded(path.substr(std::min(path.find_first_not_of('/'), path.size())));
}

/// The target as the user named it: relative to where rootlet ran, or absolute.
std::string target_uri(std::string_view target) {
  return target.starts_with('/') ? "file://" + encoded(target) : encoded(target);
}

/// Message object of a text; escapes placeholders and links (SARIF 2.1.0, 3.11.5 and 3.11.6).
Json message(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == '\\') escaped += '\\';
    escaped += c;
    if (c == '{' || c == '}') escaped += c;
  }
  return {{"text", escaped}};
}

Json rule_json(const AuditRule& rule) {
  return {{"id", rule.id},
          {"shortDescription", {{"text", rule.title}}},
          {"fullDescription", {{"text", fmt::format("{}.", rule.title)}}},
          {"help", {{"text", rule.advice}}},
          {"defaultConfiguration", {{"level", severity_name(rule.severity)}}}};
}

/// Location of a finding: its file, or the whole target where it concerns none.
Json location_json(const Finding& finding, std::string_view target) {
  Json artifact = finding.path.empty() ? Json{{"uri", target_uri(target)}}
                                       : Json{{"uri", uri_of(finding.path)}, {"uriBaseId", root_base}};
  Json location{{"physicalLocation", {{"artifactLocation", std::move(artifact)}, {"region", {{"startLine", 1}}}}}};
  if (const auto& package = finding.package) {
    location["logicalLocations"] =
        Json::array({Json{{"name", package->name}, {"fullyQualifiedName", package->str()}, {"kind", "package"}}});
  }
  return location;
}

/// Makes fingerprints, by which a finding is known again in later runs. Messages hold sizes and counts, so they take
/// part only where there is no path.
class Fingerprints {
 public:
  std::string of(const Finding& finding) {
    std::string facts = finding.rule + '\0' + (finding.package ? finding.package->name : "") + '\0' + finding.path;
    if (finding.path.empty()) facts += '\0' + finding.message;
    const std::size_t number = ++seen_[facts];
    if (number > 1) facts += '\0' + std::to_string(number);
    return digest_of(facts);
  }

 private:
  std::map<std::string, std::size_t> seen_;
};

/// Findings of one result; the first stands for all.
using Group = std::vector<const Finding*>;

/// One result for each finding or, where these are too many, for those of one rule, package and directory.
std::vector<Group> grouped_findings(const std::vector<Finding>& findings) {
  std::vector<Group> groups;
  if (findings.size() <= most_results) {
    for (const Finding& finding : findings) groups.push_back({&finding});
    return groups;
  }
  std::map<std::tuple<Severity, std::string, std::optional<Nevra>, std::string, std::string>, std::size_t> places;
  for (const Finding& finding : findings) {
    const std::string directory = finding.path.substr(0, finding.path.rfind('/'));
    const auto [place, fresh] =
        places.try_emplace({finding.severity, finding.rule, finding.package,
                            finding.path.empty() ? finding.message : directory, finding.accepted},
                           groups.size());
    if (fresh) groups.emplace_back();
    groups[place->second].push_back(&finding);
  }
  return groups;
}

Json result_json(const Group& group, std::size_t rule, std::string_view target, Fingerprints& fingerprints) {
  const Finding& finding = *group.front();
  const std::string others =
      group.size() == 1 ? "" : fmt::format(" (and {} like it beside it)", grouped(group.size() - 1));
  Json result{{"ruleId", finding.rule},
              {"ruleIndex", rule},
              {"level", severity_name(finding.severity)},
              {"message", message(finding.message + others)}};
  for (std::size_t i = 0; i < std::min(group.size(), most_locations); ++i) {
    result["locations"].push_back(location_json(*group[i], target));
  }
  result["partialFingerprints"] = {{"rootlet/v1", fingerprints.of(finding)}};
  if (!finding.accepted.empty()) {
    result["suppressions"] =
        Json::array({Json{{"kind", "external"}, {"status", "accepted"}, {"justification", finding.accepted}}});
  }
  return result;
}

}  // namespace

Json to_sarif(const analysis::Audit& audit, std::string_view target) {
  SarifRun run{{}, audit.findings, audit.not_looked_at};
  for (const std::string_view id : audit.rules) run.rules.push_back(*analysis::audit_rule(id));
  return to_sarif(run, target);
}

Json to_sarif(const SarifRun& what, std::string_view target) {
  Json rules = Json::array();
  std::map<std::string_view, std::size_t> places;
  for (const AuditRule& rule : what.rules) {
    places.emplace(rule.id, rules.size());
    rules.push_back(rule_json(rule));
  }
  Json results = Json::array();
  Fingerprints fingerprints;
  std::vector<Group> groups = grouped_findings(what.findings);
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return a.front()->accepted.empty() > b.front()->accepted.empty();  // what may be left out first comes last
  });
  const std::size_t told = std::min(groups.size(), most_results);
  for (std::size_t i = 0; i < told; ++i) {
    results.push_back(result_json(groups[i], places.at(groups[i].front()->rule), target, fingerprints));
  }
  Json notifications = Json::array();
  if (told < groups.size()) {
    notifications.push_back(
        {{"level", "warning"},
         {"message",
          message(fmt::format("left out: {} of {} results, those of the least weight; code scanning takes {}",
                              grouped(groups.size() - told), grouped(groups.size()), grouped(most_results)))}});
  }
  for (const std::string& part : what.not_looked_at) {
    notifications.push_back({{"level", "note"}, {"message", message("not looked at: " + part)}});
  }
  Json run{{"tool", {{"driver", {{"name", "rootlet"}, {"version", ROOTLET_VERSION}, {"rules", rules}}}}},
           {"invocations",
            Json::array({Json{{"executionSuccessful", true}, {"toolExecutionNotifications", notifications}}})},
           {"originalUriBaseIds", {{root_base, {{"description", {{"text", "The root directory of the target"}}}}}}},
           {"results", results}};
  return {{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", Json::array({run})}};
}

}  // namespace rootlet::report
