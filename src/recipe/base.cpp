#include <array>

#include "base/fs.hpp"
#include "reader.hpp"

namespace rootlet::recipe {
namespace {

/// Transports whose names go on with a path (containers-transports(5)).
constexpr std::array<std::string_view, 4> of_paths{"oci:", "oci-archive:", "docker-archive:", "dir:"};

}  // namespace

Upgrade read_upgrade(const Value& value, std::string_view key) {
  return *upgrade_of(read_one_of(value, key, {"none", "security", "all"}));
}

std::string image_named(const std::string& name) {
  if (name.starts_with("docker://")) return name;
  for (const std::string_view transport : of_paths) {
    if (name.starts_with(transport)) {
      return std::string(transport) + fs::absolute(name.substr(transport.size())).lexically_normal().string();
    }
  }
  return fs::absolute(name).lexically_normal().string();
}

std::string read_image_name(const Value& value, std::string_view key, const Context& context) {
  const std::string text = read_text(value, key);
  const std::string named = std::string(key) + ": ";
  if (text.empty()) fail(value.mark, named + "it is empty", "name an image: a layout, an archive, docker://…");
  if (text.starts_with("docker://")) return text;
  for (const std::string_view transport : of_paths) {
    if (!text.starts_with(transport)) continue;
    if (text.size() == transport.size()) fail(value.mark, named + "'" + text + "' names no path");
    return std::string(transport) + resolve_path(text.substr(transport.size()), value.mark, context).string();
  }
  return resolve_path(text, value.mark, context).string();
}

std::string read_base(const Value& value, const Context& context) { return read_image_name(value, "base", context); }

}  // namespace rootlet::recipe
