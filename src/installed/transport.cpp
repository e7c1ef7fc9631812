#include "installed/transport.hpp"

#include <array>
#include <string_view>

#include "rootlet/error.hpp"

namespace rootlet::installed {

NamedImage named_image(const std::string& name, const std::string& tag) {
  constexpr std::array<std::string_view, 4> transports{"oci:", "oci-archive:", "docker-archive:", "dir:"};
  std::error_code error;
  for (const std::string_view transport : transports) {
    if (!name.starts_with(transport) || std::filesystem::exists(name, error)) continue;
    std::string path = name.substr(transport.size());
    const auto colon = transport == "dir:" ? std::string::npos : path.find(':');
    if (colon == std::string::npos) return {path, tag};
    const std::string named = path.substr(colon + 1);
    if (!tag.empty() && tag != named) {
      throw usage_error("'" + name + "' names another image than --tag " + tag, "give one of the two");
    }
    return {path.substr(0, colon), named};
  }
  return {name, tag};
}

}  // namespace rootlet::installed
