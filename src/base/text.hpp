#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet {

/// "90.7 MB", "512 B": decimal units (1 MB = 1,000,000 bytes), three significant digits at most.
std::string human_size(std::uint64_t bytes);

/// "90,731,114".
std::string grouped(std::uint64_t number);

/// "1.23 s", "45 ms", "2 min 5 s".
std::string human_time(double seconds);

/// "1 package", "3 packages".
std::string counted(std::uint64_t number, std::string_view noun);

std::string join(std::span<const std::string> parts, std::string_view separator);

/// "not preferred" of "not_preferred": a name that JSON has, as text says it.
std::string in_words(std::string_view name);

/// The candidate closest to `word` by edit distance (at most a third of its length away), the first in
/// order among equals.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// " (did you mean 'x'?)" or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// Makes text from outside (metadata, scriptlet output, file names) safe for a terminal or a log line:
/// control characters other than newline and tab become \xNN, those of Latin-1 in UTF-8 too (U+009B is another ESC [),
/// and what turns the direction of text, so that a name shows another one, becomes \u{NNNN}.
std::string printable(std::string_view text);

/// Makes text from outside safe and plain to see in a document (SVG, HTML, DOT): one line of valid UTF-8, in which
/// control characters, line breaks too, are \xNN, what turns or hides text (bidirectional overrides, zero width) and
/// what XML 1.0 forbids is \u{NNNN}, and bytes that are not UTF-8 are U+FFFD. Markup must still be escaped.
std::string legible(std::string_view text);

/// Whether a whole text fits a pattern of fnmatch(3) without flags: "*" and "?" go over slashes, too.
bool fits_glob(const std::string& pattern, const std::string& text) noexcept;

/// Replaces each `$name` and `${name}` for which `lookup` has a value.
template <class Lookup>
std::string substitute(std::string_view text, Lookup lookup) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      out += text[i++];
      continue;
    }
    const bool braced = i + 1 < text.size() && text[i + 1] == '{';
    std::size_t begin = i + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z') ||
                                 (text[end] >= '0' && text[end] <= '9') || text[end] == '_')) {
      ++end;
    }
    const bool closed = !braced || (end < text.size() && text[end] == '}');
    std::optional<std::string> value = closed ? lookup(text.substr(begin, end - begin)) : std::nullopt;
    const std::size_t next = end + (braced && closed ? 1 : 0);
    out += value ? *value : std::string(text.substr(i, next - i));
    i = next;
  }
  return out;
}

}  // namespace rootlet
