#include "model/image_config.hpp"

#include <algorithm>
#include <vector>

namespace rootlet {
namespace {

template <class T>
void inherit(T& own, const T& base) {
  if (own.empty()) own = base;
}

void add(std::vector<std::string>& own, const std::vector<std::string>& base) {
  own.insert(own.end(), base.begin(), base.end());
  std::sort(own.begin(), own.end());
  own.erase(std::unique(own.begin(), own.end()), own.end());
}

}  // namespace

std::map<std::string, std::string> variables_of(const ImageInfo& image) {
  std::map<std::string, std::string> variables;
  for (const std::string& one : image.env) {
    const std::size_t at = one.find('=');
    if (at != std::string::npos) variables.try_emplace(one.substr(0, at), one.substr(at + 1));
  }
  return variables;
}

ImageConfig config_on(const ImageInfo& image, ImageConfig own) {
  if (own.entrypoint.empty()) inherit(own.cmd, image.cmd);
  inherit(own.entrypoint, image.entrypoint);
  inherit(own.user, image.user);
  inherit(own.workdir, image.workdir);
  inherit(own.stop_signal, image.stop_signal);
  own.env.merge(variables_of(image));
  add(own.ports, image.ports);
  add(own.volumes, image.volumes);
  own.labels.insert(image.labels.begin(), image.labels.end());
  return own;
}

}  // namespace rootlet
