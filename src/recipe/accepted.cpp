#include "rootlet/recipe_file.hpp"

#include "base/text.hpp"
#include "reader.hpp"
#include "rootlet/audit.hpp"

namespace rootlet::recipe {
namespace {

constexpr const char* what = "file of accepted findings";

std::string read_rule(const Value& value) {
  std::string rule = read_text(value, "rule");
  std::vector<std::string> known;
  for (const AuditRule& each : analysis::audit_rules()) {
    if (each.id == analysis::unused_acceptance) continue;
    if (each.id == rule) return rule;
    known.emplace_back(each.id);
  }
  fail(value.mark, "rule: there is no rule '" + rule + "'" + did_you_mean(rule, known),
       "the rules are: " + join(known, ", "));
}

std::string read_filled(const Value& value, const char* key) {
  std::string text = read_text(value, key);
  if (text.find_first_not_of(" \t\n") == std::string::npos) fail(value.mark, std::string(key) + ": it is empty");
  return text;
}

Accepted read_entry(const Value& value) {
  const MapReader map(value, "accepted finding", {"rule", "package", "path", "reason"});
  Accepted entry;
  entry.rule = read_rule(map.require("rule"));
  entry.reason = read_filled(map.require("reason"), "reason");
  if (const Value* package = map.find("package")) entry.package = read_filled(*package, "package");
  if (const Value* path = map.find("path")) entry.path = read_filled(*path, "path");
  entry.mark = value.mark.str();
  return entry;
}

}  // namespace

std::vector<Accepted> load_accepted(const std::filesystem::path& path) {
  Budget budget{what};
  const Value document = parse_yaml(read_limited(path.string(), what), path.string(), budget);
  std::vector<Accepted> accepted;
  for (const Value& entry : read_list(document, what, "maps with rule and reason")) {
    accepted.push_back(read_entry(entry));
  }
  return accepted;
}

}  // namespace rootlet::recipe
