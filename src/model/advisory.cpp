#include "rootlet/advisory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace rootlet {
namespace {

constexpr std::array<std::string_view, 5> types{"security", "bugfix", "enhancement", "newpackage", "other"};
constexpr std::array<std::string_view, advisory_severities> severities{"unknown", "low", "moderate", "important",
                                                                       "critical"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class T>
void add_all(std::vector<T>& to, std::vector<T> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

template <class T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

void join_into(Advisory& one, Advisory other) {
  one.severity = std::max(one.severity, other.severity);
  one.type = std::min(one.type, other.type);
  one.date = std::max(one.date, other.date);
  if (one.title.empty()) one.title = std::move(other.title);
  if (one.status.empty()) one.status = std::move(other.status);
  add_all(one.cves, std::move(other.cves));
  add_all(one.references, std::move(other.references));
  add_all(one.sources, std::move(other.sources));
  std::move(other.collections.begin(), other.collections.end(), std::back_inserter(one.collections));
}

}  // namespace

std::string_view advisory_type_name(AdvisoryType type) noexcept { return types.at(static_cast<std::size_t>(type)); }

AdvisoryType advisory_type_of(std::string_view name) noexcept {
  const auto found = std::find(types.begin(), types.end() - 1, name);
  return static_cast<AdvisoryType>(found - types.begin());
}

std::string_view advisory_severity_name(AdvisorySeverity severity) noexcept {
  return severities.at(static_cast<std::size_t>(severity));
}

std::optional<AdvisorySeverity> advisory_severity_of(std::string_view name) noexcept {
  const auto found = std::find(severities.begin(), severities.end(), name);
  if (found == severities.end()) return std::nullopt;
  return static_cast<AdvisorySeverity>(found - severities.begin());
}

AdvisorySeverity rated(std::string_view written) noexcept {
  constexpr std::size_t longest = 16;
  std::string word(written.substr(0, longest));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (word == "high") return AdvisorySeverity::important;
  if (word == "medium") return AdvisorySeverity::moderate;
  return advisory_severity_of(word).value_or(AdvisorySeverity::unknown);
}

std::vector<std::string> cves_in(std::string_view text) {
  constexpr std::string_view prefix = "CVE-";
  constexpr std::size_t year = 4;
  constexpr std::size_t fewest = 4;  // digits of the number
  std::vector<std::string> found;
  for (std::size_t at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end != at + prefix.size() + year || end == text.size() || text[end] != '-') continue;
    const std::size_t number = ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - number >= fewest) found.emplace_back(text.substr(at, end - at));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<Advisory> joined(std::vector<Advisory> advisories) {
  std::map<std::string, Advisory> by_id;
  for (Advisory& one : advisories) {
    const auto [place, fresh] = by_id.try_emplace(one.id);
    if (fresh) {
      place->second = std::move(one);
    } else {
      join_into(place->second, std::move(one));
    }
  }
  std::vector<Advisory> result;
  result.reserve(by_id.size());
  for (auto& [id, one] : by_id) {
    sort_unique(one.cves);
    sort_unique(one.references);
    sort_unique(one.sources);
    result.push_back(std::move(one));
  }
  return result;
}

}  // namespace rootlet
