#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "rootlet/base/digest.hpp"
#include "rootlet/report/audit.hpp"
#include "words.hpp"

namespace rootlet::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* root_base = "ROOT";

/// A path in the root as a relative reference (RFC 3986): all bytes but unreserved ones and slashes are encoded.
std::string uri_of(std::string_view path) {
  std::string uri;
  for (const char c : path.substr(std::min(path.find_first_not_of('/'), path.size()))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~' || c == '/';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri.empty() ? "." : uri;
}

/// As text of a message: what would be a placeholder or a link in it is escaped (SARIF 2.1.0, 3.11.5 and 3.11.6).
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

Json location_json(const Finding& finding) {
  Json location = Json::object();
  if (!finding.path.empty()) {
    location["physicalLocation"] = {{"artifactLocation", {{"uri", uri_of(finding.path)}, {"uriBaseId", root_base}}}};
  }
  if (!finding.package.empty()) {
    location["logicalLocations"] = Json::array(
        {Json{{"name", name_of(finding.package)}, {"fullyQualifiedName", finding.package}, {"kind", "package"}}});
  }
  return location;
}

/// What tells findings apart from one version to the next: messages have sizes and counts in them, so they take part
/// only where there is no path.
class Fingerprints {
 public:
  std::string of(const Finding& finding) {
    std::string facts = finding.rule + '\0' + name_of(finding.package) + '\0' + finding.path;
    if (finding.path.empty()) facts += '\0' + finding.message;
    const std::size_t number = ++seen_[facts];
    if (number > 1) facts += '\0' + std::to_string(number);
    return digest_of(facts);
  }

 private:
  std::map<std::string, std::size_t> seen_;
};

Json result_json(const Finding& finding, std::size_t rule, Fingerprints& fingerprints) {
  Json result{{"ruleId", finding.rule},
              {"ruleIndex", rule},
              {"level", severity_name(finding.severity)},
              {"message", message(finding.message)}};
  if (Json location = location_json(finding); !location.empty()) result["locations"] = Json::array({location});
  result["partialFingerprints"] = {{"rootlet/v1", fingerprints.of(finding)}};
  if (!finding.accepted.empty()) {
    result["suppressions"] =
        Json::array({Json{{"kind", "external"}, {"status", "accepted"}, {"justification", finding.accepted}}});
  }
  return result;
}

}  // namespace

Json to_sarif(const analysis::Audit& audit) {
  Json rules = Json::array();
  std::map<std::string_view, std::size_t> places;
  for (const std::string_view id : audit.rules) {
    places.emplace(id, rules.size());
    rules.push_back(rule_json(*analysis::audit_rule(id)));
  }
  Json results = Json::array();
  Fingerprints fingerprints;
  for (const Finding& finding : audit.findings) {
    results.push_back(result_json(finding, places.at(finding.rule), fingerprints));
  }
  Json notifications = Json::array();
  for (const std::string& what : audit.not_looked_at) {
    notifications.push_back({{"level", "note"}, {"message", message("not looked at: " + what)}});
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
