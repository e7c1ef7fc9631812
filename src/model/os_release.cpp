#include "os_release.hpp"

#include <algorithm>

namespace rootlet {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text, std::string_view of) {
  const std::size_t begin = text.find_first_not_of(of);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(of) + 1 - begin);
}

/// The value of an assignment; quotes that nothing closes are taken away, too.
std::string value_of(std::string_view text) {
  text = trimmed(text, blanks);
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  if (!quoted) return std::string(trimmed(text, "\"'"));
  const bool escapes = text.front() == '"';
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (escapes && text[i] == '\\' && i + 2 < text.size()) ++i;
    value += text[i];
  }
  return value;
}

}  // namespace

OsReleaseValues os_release_values(std::string_view text) {
  OsReleaseValues values;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || trimmed(line, blanks).starts_with('#')) continue;
    values[std::string(trimmed(line.substr(0, equals), blanks))] = value_of(line.substr(equals + 1));
  }
  return values;
}

}  // namespace rootlet
