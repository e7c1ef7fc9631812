#include <sys/utsname.h>

#include <algorithm>
#include <set>

#include "json.hpp"
#include "manifest.hpp"
#include "rootlet/base/digest.hpp"
#include "rootlet/base/error.hpp"
#include "rootlet/base/fs.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/model/arch.hpp"

namespace rootlet::image {
namespace {

constexpr int deepest_index = 4;
constexpr std::size_t most_images = 1000;

/// Whether an image is called so: by its whole name, or by the tag at its end.
bool has_tag(const std::string& name, const std::string& tag) {
  const std::size_t colon = name.rfind(':');
  return name == tag || (colon != std::string::npos && name.find('/', colon) == std::string::npos &&
                         std::string_view(name).substr(colon + 1) == tag);
}

std::string listed(const std::set<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names)
    quoted.push_back(name.empty() ? "one without a name" : "'" + printable(name) + "'");
  return join(quoted, ", ");
}

/// Leaves those that the tag chooses; without one, all there are, which must be called the same.
/// `names_of` gives what an image is called.
template <class Image, class Names>
void choose_by_tag(std::vector<Image>& images, const std::string& tag, Names names_of) {
  std::set<std::string> all;
  std::set<std::string> chosen;
  const auto fits = [&](const Image& image) {
    const std::vector<std::string> names = names_of(image);
    return tag.empty() || std::any_of(names.begin(), names.end(), [&](const auto& name) { return has_tag(name, tag); });
  };
  for (const Image& image : images) {
    const std::vector<std::string> names = names_of(image);
    all.insert(names.begin(), names.end());
    if (fits(image)) chosen.insert(names.empty() ? "" : names.front());
  }
  if (chosen.empty() && !images.empty()) {
    throw usage_error("it has no image called '" + printable(tag) + "'", "it has " + listed(all));
  }
  if (chosen.size() > 1) throw usage_error("it has several images: " + listed(chosen), "choose one of them with --tag");
  std::erase_if(images, [&](const Image& image) { return !fits(image); });
}

/// Puts the images of indexes in the place of these.
void expand(Store& store, const std::vector<Reference>& references, int depth, std::vector<Reference>& images) {
  for (const Reference& reference : references) {
    if (!reference.is_index) {
      const bool there = std::any_of(images.begin(), images.end(), [&](const Reference& other) {
        return other.blob.digest == reference.blob.digest;
      });
      if (!there) images.push_back(reference);
      continue;
    }
    try {
      if (depth == deepest_index) throw Error("indexes are nested too deeply");
      std::vector<Reference> inner = parse_index(read_blob(store, reference.blob));
      for (Reference& each : inner) each.name = reference.name;
      expand(store, inner, depth + 1, images);
    } catch (const Error& error) {
      throw error.within("index " + printable(reference.blob.digest));
    }
    if (images.size() > most_images)
      throw Error("there are more than " + std::to_string(most_images) + " images in it");
  }
}

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

/// An index need not name platforms; configurations do.
void complete_platforms(Store& store, std::vector<Reference>& images) {
  for (Reference& image : images) {
    if (!image.arch.empty()) continue;
    const ImageInfo info = read_image_of(store, image).info;
    image.os = info.os;
    image.arch = info.arch;
    image.variant = info.variant;
  }
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

/// Their platforms are known.
const Reference& choose_by_platform(const std::vector<Reference>& images, const std::string& rpm_arch) {
  const std::string wanted = rpm_arch.empty() ? machine() : rpm_arch;
  const std::vector<Platform> platforms = platforms_for(wanted);
  std::set<std::string> all;
  std::vector<const Reference*> fitting;
  for (const Reference& image : images) {
    all.insert(platform_text(image));
    const bool linux = image.os == "linux" || image.os.empty();
    if (image.arch == platforms.front().architecture && linux) fitting.push_back(&image);
  }
  for (const Platform& platform : platforms) {
    for (const Reference* image : fitting) {
      if (plain_variant(image->arch, image->variant) == plain_variant(platform.architecture, platform.variant)) {
        return *image;
      }
    }
  }
  const Platform& best = platforms.front();
  if (fitting.size() == 1 && plain_variant(best.architecture, best.variant).empty()) return *fitting.front();
  throw usage_error("it has no image for " + printable(wanted) + ", but for " + listed(all),
                    "choose one of them with --arch and RPM's name of the architecture");
}

/// An image of a docker-archive (Docker image specification 1.2, combined image JSON).
struct DockerImage {
  std::string config;
  std::vector<std::string> tags;
  std::vector<std::string> layers;
};

std::vector<DockerImage> parse_docker_manifest(const std::string& json) {
  const auto parsed = parse_json(json);
  std::vector<DockerImage> images;
  for (const JsonValue& value : JsonValue(parsed, "").list()) {
    images.push_back({value.at("Config").text(), value.at("RepoTags").texts(), value.at("Layers").texts()});
  }
  return images;
}

/// Reads the configuration; it is named after its digest.
std::string read_docker_config(Store& store, const std::string& file, ImageInfo& info,
                               std::vector<std::string>& diff_ids) {
  const std::string content = store.read(file);
  const std::string hex = digest_of(content);
  const std::string stem = fs::path(file).stem().string();
  const bool named = stem.size() == hex.size() && stem.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (named && stem != hex) {
    throw Error("its content has the digest sha256:" + hex, "it was damaged or changed: copy the image again");
  }
  diff_ids = read_config(content, info);
  return "sha256:" + hex;
}

}  // namespace

ChosenImage choose_from_layout(Store& store, const ReadOptions& options) {
  std::vector<Reference> references;
  try {
    references = parse_index(store.read("index.json"));
  } catch (const Error& error) {
    throw error.within("index.json");
  }
  // The same image may have several tags.
  const bool same = std::all_of(references.begin(), references.end(), [&](const Reference& reference) {
    return reference.blob.digest == references.front().blob.digest;
  });
  if (same && options.tag.empty() && !references.empty()) references.resize(1);
  choose_by_tag(references, options.tag, [](const Reference& reference) { return std::vector{reference.name}; });
  std::vector<Reference> images;
  expand(store, references, 0, images);
  if (images.empty()) throw Error("it has no image", "signatures and other artifacts have no files of packages");
  if (images.size() == 1 && options.arch.empty()) return read_image_of(store, images.front());
  complete_platforms(store, images);
  return read_image_of(store, choose_by_platform(images, options.arch));
}

ChosenImage choose_from_docker_archive(Store& store, const ReadOptions& options) {
  std::vector<DockerImage> images;
  try {
    images = parse_docker_manifest(store.read("manifest.json"));
  } catch (const Error& error) {
    throw error.within("manifest.json");
  }
  if (images.size() > 1 || !options.tag.empty()) {
    choose_by_tag(images, options.tag, [](const DockerImage& image) { return image.tags; });
  }
  if (images.size() != 1) throw Error(images.empty() ? "it has no image" : "it has several images without a name");
  const DockerImage& docker = images.front();
  ChosenImage chosen;
  for (const std::string& file : docker.layers) {
    const std::uint64_t size = store.size(file);
    chosen.layers.push_back({file, size, {}, {}});
    chosen.info.layers.push_back({{}, {}, size, 0, 0, {}});
  }
  std::vector<std::string> diff_ids;
  try {
    chosen.info.digest = read_docker_config(store, docker.config, chosen.info, diff_ids);
  } catch (const Error& error) {
    throw error.within("configuration '" + printable(docker.config) + "'");
  }
  for (std::size_t i = 0; i < diff_ids.size(); ++i) {
    chosen.layers[i].plain_digest = chosen.info.layers[i].digest = diff_ids[i];
  }
  for (const std::string& tag : docker.tags) {
    if (chosen.info.reference.empty() || has_tag(tag, options.tag)) chosen.info.reference = tag;
  }
  if (!options.arch.empty()) {
    choose_by_platform({{{}, chosen.info.os, chosen.info.arch, chosen.info.variant, {}, false}}, options.arch);
  }
  return chosen;
}

}  // namespace rootlet::image
