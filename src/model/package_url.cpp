#include "package_url.hpp"

#include <algorithm>
#include <charconv>

namespace rootlet {
namespace {

/// Text with each %XX as the byte that it stands for; what is no such thing stays.
std::string decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const char* digits = text.data() + i + 1;
    const bool whole = text[i] == '%' && text.size() - i > 2;
    if (whole && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      bytes += static_cast<char>(value);
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// Text before the last `mark`; `after` gets the rest. All of it, and nothing, where there is no mark.
std::string_view cut_last(std::string_view text, char mark, std::string_view& after) {
  const std::size_t at = text.rfind(mark);
  after = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return text.substr(0, at);
}

std::map<std::string, std::string> qualifiers_of(std::string_view text) {
  std::map<std::string, std::string> qualifiers;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const std::size_t equal = one.find('=');
    if (equal == std::string_view::npos || equal + 1 == one.size()) continue;
    qualifiers[lower(one.substr(0, equal))] = decoded(one.substr(equal + 1));
  }
  return qualifiers;
}

std::string name_space_of(std::string_view text) {
  std::string name_space;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (one.empty()) continue;
    if (!name_space.empty()) name_space += '/';
    name_space += decoded(one);
  }
  return name_space;
}

}  // namespace

std::string PackageUrl::qualifier(const std::string& key) const {
  const auto found = qualifiers.find(key);
  return found == qualifiers.end() ? std::string() : found->second;
}

std::optional<PackageUrl> parse_package_url(std::string_view url) {
  constexpr std::string_view scheme = "pkg:";
  std::string_view part;
  url = cut_last(url, '#', part);
  url = cut_last(url, '?', part);
  PackageUrl result;
  result.qualifiers = qualifiers_of(part);
  if (lower(url.substr(0, scheme.size())) != scheme) return std::nullopt;
  url.remove_prefix(scheme.size());
  while (url.starts_with('/')) url.remove_prefix(1);
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  result.type = lower(url.substr(0, slash));
  url = cut_last(url.substr(slash + 1), '@', part);
  result.version = decoded(part);
  const std::size_t last = url.rfind('/');
  if (last != std::string_view::npos) result.name_space = name_space_of(url.substr(0, last));
  result.name = decoded(url.substr(last == std::string_view::npos ? 0 : last + 1));
  if (result.type.empty() || result.name.empty()) return std::nullopt;
  return result;
}

}  // namespace rootlet
