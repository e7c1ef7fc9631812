#include "registry/push.hpp"

#include "installed/transport.hpp"
#include "registry/reference.hpp"
#include "rootlet/error.hpp"
#include "rootlet/verbs.hpp"

namespace rootlet::verbs {

void check_push(const std::string& to, const make::Environment& environment) {
  const registry::ImageReference reference = registry::parse_reference(to);
  if (environment.offline) throw usage_error("cannot push to '" + reference.str() + "' offline");
}

PushResult push(const std::filesystem::path& layout, const std::string& tag, const std::string& to,
                const make::Environment& environment, Progress& progress) {
  check_push(to, environment);
  const installed::NamedImage image = installed::named_image(layout.string(), tag);
  return registry::push(image.path, image.tag, registry::parse_reference(to), "",
                        {environment.cache_dir, environment.offline, environment.insecure_registries}, progress);
}

}  // namespace rootlet::verbs
