#include "platform.hpp"

#include <sys/utsname.h>

#include <set>

#include "base/text.hpp"
#include "model/arch.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

/// Variants that are the same as none.
std::string plain_variant(const std::string& arch, const std::string& variant) {
  return (arch == "arm64" && variant == "v8") || (arch == "amd64" && variant == "v1") ? "" : variant;
}

std::string platform_text(const Reference& image) {
  return image.os + "/" + image.arch + (image.variant.empty() ? "" : "/" + image.variant);
}

/// RPM's name of this machine's architecture.
std::string machine() {
  utsname name{};
  if (uname(&name) != 0) return {};
  const std::string kernel = name.machine;
  return kernel == "armv7l" ? "armv7hl" : kernel;
}

/// The platforms of OCI's name whose images run on the architecture, best first: amd64/v3, amd64/v2, amd64.
std::vector<Platform> platforms_for(const std::string& rpm_arch) {
  const Platform own = find_platform(rpm_arch).value_or(Platform{rpm_arch, {}});
  std::vector<Platform> platforms{own};
  for (const std::string_view name : runs_on(rpm_arch)) {
    const auto lesser = find_platform(name);
    if (lesser && lesser->architecture == own.architecture) platforms.push_back(*lesser);
  }
  return platforms;
}

std::string listed_platforms(const std::vector<Reference>& images) {
  std::set<std::string> all;
  for (const Reference& image : images) all.insert("'" + printable(platform_text(image)) + "'");
  return join(std::vector(all.begin(), all.end()), ", ");
}

}  // namespace

std::vector<const Reference*> best_for(const std::vector<Reference>& images, const std::string& rpm_arch) {
  const std::vector<Platform> platforms = platforms_for(rpm_arch.empty() ? machine() : rpm_arch);
  std::vector<const Reference*> fitting;
  for (const Reference& image : images) {
    const bool linux = image.os == "linux" || image.os.empty();
    if (image.arch == platforms.front().architecture && linux) fitting.push_back(&image);
  }
  for (const Platform& platform : platforms) {
    std::vector<const Reference*> best;
    for (const Reference* image : fitting) {
      if (plain_variant(image->arch, image->variant) == plain_variant(platform.architecture, platform.variant)) {
        best.push_back(image);
      }
    }
    if (!best.empty()) return best;
  }
  const Platform& own = platforms.front();
  if (fitting.size() == 1 && plain_variant(own.architecture, own.variant).empty()) return fitting;
  return {};
}

void no_image_for(const std::vector<Reference>& there, const std::vector<Reference>& absent,
                  const std::string& rpm_arch) {
  const std::vector<const Reference*> named = best_for(absent, rpm_arch);
  if (!named.empty()) {
    throw usage_error("its image for '" + printable(platform_text(*named.front())) + "' (" +
                          printable(named.front()->blob.digest) + ") is only named and not there; it has those for " +
                          listed_platforms(there),
                      "copy the image with all its platforms, or choose one of these with --arch and RPM's name of the "
                      "architecture");
  }
  throw usage_error("it has no image for " + printable(rpm_arch.empty() ? machine() : rpm_arch) + ", but for " +
                        listed_platforms(there),
                    "choose one of them with --arch and RPM's name of the architecture");
}

void need_platform(const ImageInfo& info, const std::string& rpm_arch) {
  if (rpm_arch.empty()) return;
  std::vector<Reference> only(1);
  only.front().os = info.os;
  only.front().arch = info.arch;
  only.front().variant = info.variant;
  if (best_for(only, rpm_arch).empty()) no_image_for(only, {}, rpm_arch);
}

}  // namespace rootlet::image
