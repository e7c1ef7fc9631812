#include "base/url.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rootlet {
namespace {

bool is_alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Characters that may stand in a path as they are: unreserved characters and the slash.
bool stays(char c) noexcept {
  return is_alpha(c) || is_digit(c) || std::string_view("-._~/").find(c) != std::string_view::npos;
}

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool is_url(std::string_view text) noexcept {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 || !is_alpha(text.front())) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

std::string file_url(const std::filesystem::path& absolute) { return "file://" + encode_path(absolute.string()); }

std::string encode_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (stays(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string encode_stray(std::string_view url) {
  std::string out;
  for (const char c : url) {
    if (c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::filesystem::path> path_of_file_url(std::string_view url) {
  constexpr std::string_view scheme = "file://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  if (!url.starts_with('/')) return std::nullopt;
  std::string path;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const int high = url[i] == '%' && i + 2 < url.size() ? hex_value(url[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(url[i + 2]) : -1;
    if (low >= 0) {
      path += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      path += url[i];
    }
  }
  return path;
}

}  // namespace rootlet
