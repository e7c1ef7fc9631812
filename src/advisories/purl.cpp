#include <array>
#include <charconv>
#include <map>

#include "parts.hpp"

namespace rootlet::advisories {
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

std::map<std::string, std::string> qualifiers_of(std::string_view text) {
  std::map<std::string, std::string> qualifiers;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const auto equal = one.find('=');
    if (equal != std::string_view::npos) qualifiers[std::string(one.substr(0, equal))] = decoded(one.substr(equal + 1));
  }
  return qualifiers;
}

/// "nodejs:18:9030020231222072838:rhel9"
ModuleStream stream_of(std::string_view text) {
  std::array<std::string, 4> parts;  // name, stream, version, context
  for (std::string& part : parts) {
    part = text.substr(0, text.find(':'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return {parts[0], parts[1], parts[3]};
}

}  // namespace

std::optional<PackageUrl> read_package_url(std::string_view url) {
  constexpr std::string_view scheme = "pkg:rpm/";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  url = url.substr(0, url.find('#'));
  const auto question = url.find('?');
  auto qualifiers = qualifiers_of(question == std::string_view::npos ? "" : url.substr(question + 1));
  url = url.substr(0, question);
  const auto at = url.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string version = decoded(url.substr(at + 1));
  url = url.substr(0, at);
  const std::string name = decoded(url.substr(url.rfind('/') + 1));
  const std::string& epoch = qualifiers["epoch"];
  auto fixed = fixed_in(name, epoch.empty() ? version : epoch + ":" + version, qualifiers["arch"]);
  if (!fixed) return std::nullopt;
  PackageUrl result{std::move(*fixed), std::nullopt};
  if (const std::string& module = qualifiers["rpmmod"]; !module.empty()) result.module = stream_of(module);
  return result;
}

}  // namespace rootlet::advisories
