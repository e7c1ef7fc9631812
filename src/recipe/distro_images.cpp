#include <algorithm>

#include "base/text.hpp"
#include "distro.hpp"

namespace rootlet::recipe {
namespace {

constexpr std::string_view place_of_release = "{release}";

/// The last `count` components of a path; empty: it has fewer.
std::string last_components(const std::string& path, std::size_t count) {
  std::size_t at = path.size();
  while (count > 0 && at != std::string::npos && at > 0) {
    at = path.rfind('/', at - 1);
    --count;
  }
  if (count > 0) return "";
  return at == std::string::npos ? path : path.substr(at + 1);
}

/// Whether an image is called as `pattern` says with `release` in its place, or is a variant of that: "9.4",
/// "9-minimal".
bool fits(const std::string& image, const std::string& pattern, const std::string& release) {
  std::string name = pattern;
  const std::size_t at = name.find(place_of_release);
  if (at != std::string::npos) name.replace(at, place_of_release.size(), release);
  const auto slashes = static_cast<std::size_t>(std::count(name.begin(), name.end(), '/'));
  const std::string last = last_components(image, slashes + 1);
  if (last.empty()) return false;
  if (name.find(':') == std::string::npos) return fits_glob(name + ":*", last);
  return fits_glob(name, last) || fits_glob(name + "[.-]*", last);
}

}  // namespace

std::optional<DistroOfImage> distro_of_image(const std::string& image) {
  std::string name = image.substr(0, image.find('@'));
  // A colon before the last slash belongs to a port.
  if (name.find(':', std::min(name.rfind('/'), name.size()) == name.size() ? 0 : name.rfind('/')) ==
      std::string::npos) {
    name += ":latest";
  }
  std::optional<DistroOfImage> found;
  for (const auto& [distro, file] : distro_files()) {
    const Value description = load_distro(distro, file);
    const Value* images = description.find("images");
    if (images == nullptr) continue;
    for (const Value& pattern : images->items) {
      for (const Member& release : description.find("releases")->members) {
        if (fits(name, pattern.text, release.key)) return DistroOfImage{distro, release.key};
      }
      if (!found && fits(name, pattern.text, "[0-9a-z]*")) found = DistroOfImage{distro, ""};
    }
  }
  return found;
}

}  // namespace rootlet::recipe
