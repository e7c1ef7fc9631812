#include "advisories/documents.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "base/text.hpp"
#include "parts.hpp"
#include "rootlet/error.hpp"

namespace rootlet::advisories {
namespace {

constexpr std::size_t longest_text = 2000;  ///< bytes
constexpr int deepest = 64;

/// Values of all kinds in a file; a value takes up to a hundred bytes of memory.
constexpr std::size_t most_values = 20'000'000;

/// Errors: it is nested too deeply; it has too many values. Nothing: it is no JSON.
std::optional<json> parsed(std::string_view text) {
  try {
    return parse_json(text, {.depth = deepest, .values = most_values});
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

void add_objects(json value, std::vector<json>& objects) {
  if (!value.is_array()) return objects.push_back(std::move(value));
  for (json& one : value) objects.push_back(std::move(one));
}

}  // namespace

const json& member(const json& value, const char* name) {
  static const json none;
  const auto found = value.is_object() ? value.find(name) : value.end();
  return value.is_object() && found != value.end() ? *found : none;
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().substr(0, longest_text) : std::string();
}

std::string text_at(const json& value, const char* name) { return text_of(member(value, name)); }

std::vector<std::reference_wrapper<const json>> elements(const json& value) {
  std::vector<std::reference_wrapper<const json>> list;
  if (value.is_array()) list.assign(value.begin(), value.end());
  return list;
}

std::vector<json> objects_in(std::string_view text) {
  std::vector<json> objects;
  if (auto whole = parsed(text)) {
    add_objects(std::move(*whole), objects);
    return objects;
  }
  for (std::size_t at = 0, line = 1; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view one = text.substr(at, end - at);
    at = end + 1;
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto value = parsed(one);
    if (!value) throw Error(line == 1 ? "it is no JSON" : "line " + std::to_string(line) + " is no JSON");
    add_objects(std::move(*value), objects);
  }
  if (objects.empty()) throw Error("it is empty");
  return objects;
}

std::string day_of(const std::string& time) {
  constexpr std::string_view pattern = "dddd-dd-dd";
  if (time.size() < pattern.size()) return {};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = time[i] >= '0' && time[i] <= '9';
    if (pattern[i] == 'd' ? !digit : time[i] != pattern[i]) return {};
  }
  return time.substr(0, pattern.size());
}

std::optional<FixedPackage> fixed_in(const std::string& name, std::string_view evr, const std::string& arch) {
  FixedPackage fixed;
  fixed.nevra.name = name;
  fixed.nevra.arch = arch;
  if (const auto colon = evr.find(':'); colon != std::string_view::npos) {
    const auto [end, error] = std::from_chars(evr.data(), evr.data() + colon, fixed.nevra.epoch);
    if (error != std::errc() || end != evr.data() + colon) return std::nullopt;
    evr.remove_prefix(colon + 1);
  }
  const auto dash = evr.rfind('-');
  fixed.nevra.version = evr.substr(0, dash);
  fixed.has_release = dash != std::string_view::npos;
  if (fixed.has_release) fixed.nevra.release = evr.substr(dash + 1);
  fixed.same_distribution = true;
  if (name.empty() || fixed.nevra.version.empty()) return std::nullopt;
  return fixed;
}

void note(ReadDocuments& documents, std::size_t count, const char* noun, const char* what) {
  if (count > 0) documents.passed_over.push_back(counted(count, noun) + " " + what);
}

}  // namespace rootlet::advisories
