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

AcceptedAdvisory read_advisory(const Value& value) {
  const MapReader map(value, "accepted advisory", {"advisory", "package", "reason"});
  AcceptedAdvisory entry;
  entry.advisory = read_filled(map.require("advisory"), "advisory");
  entry.reason = read_filled(map.require("reason"), "reason");
  if (const Value* package = map.find("package")) entry.package = read_filled(*package, "package");
  entry.mark = value.mark.str();
  return entry;
}

template <class Entry>
std::vector<Entry> load_list(const std::filesystem::path& path, const char* of, const char* keys,
                             Entry (*read)(const Value&)) {
  Budget budget{of};
  const Value document = parse_yaml(read_limited(path.string(), of), path.string(), budget);
  std::vector<Entry> list;
  for (const Value& entry : read_list(document, of, keys)) list.push_back(read(entry));
  return list;
}

}  // namespace

std::vector<AcceptedAdvisory> load_accepted_advisories(const std::filesystem::path& path) {
  return load_list(path, "file of accepted advisories", "maps with advisory and reason", read_advisory);
}

std::vector<Accepted> load_accepted(const std::filesystem::path& path) {
  return load_list(path, what, "maps with rule and reason", read_entry);
}

}  // namespace rootlet::recipe
