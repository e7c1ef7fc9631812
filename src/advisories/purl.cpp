#include <algorithm>
#include <array>

#include "model/package_url.hpp"
#include "parts.hpp"

namespace rootlet::advisories {
namespace {

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

std::optional<FixedProduct> read_package_url(std::string_view text) {
  const auto url = parse_package_url(text);
  if (!url || url->type != "rpm") return std::nullopt;
  const std::string epoch = url->qualifier("epoch");
  auto fixed = fixed_in(url->name, epoch.empty() ? url->version : epoch + ":" + url->version, url->qualifier("arch"));
  if (!fixed) return std::nullopt;
  FixedProduct result{std::move(*fixed), std::nullopt};
  if (const std::string module = url->qualifier("rpmmod"); !module.empty()) result.module = stream_of(module);
  return result;
}

}  // namespace rootlet::advisories
