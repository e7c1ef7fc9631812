#include <algorithm>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "choice.hpp"
#include "json.hpp"
#include "manifest.hpp"
#include "platform.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

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

/// The id that `docker images` shows; empty where the configuration is not named after it.
std::string id_of(const std::string& config_file) {
  // "<hex>.json", or "blobs/sha256/<hex>".
  const std::string stem = fs::path(config_file).stem().string();
  const bool is_hex = stem.size() == 64 && stem.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_hex ? "sha256:" + stem : "";
}

DockerImage choose(std::vector<DockerImage> images, const std::string& tag) {
  if (images.empty()) throw Error("it has no image");
  std::vector<Called> called;
  for (const DockerImage& image : images) {
    called.push_back({image.tags, {}});
    if (std::string id = id_of(image.config); !id.empty()) called.back().digests.push_back(std::move(id));
  }
  const std::vector<std::size_t> places = chosen_by_tag(called, tag);
  if (places.empty()) no_such_image(called, tag);
  const bool same = std::all_of(places.begin(), places.end(), [&](std::size_t place) {
    return images[place].config == images[places.front()].config;
  });
  if (!same) {
    std::vector<std::string> shown;
    for (const std::size_t place : places) shown.push_back(shown_place(called[place], place));
    several_images(join(shown, ", "));
  }
  return std::move(images[places.front()]);
}

}  // namespace

ChosenImage choose_from_docker_archive(Store& store, const ImageReadOptions& options) {
  std::vector<DockerImage> images;
  try {
    images = parse_docker_manifest(store.read("manifest.json"));
  } catch (const Error& error) {
    throw error.within("manifest.json");
  }
  const DockerImage docker = choose(std::move(images), options.tag);
  check_layers(docker.layers.size());
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
    need_platform(chosen.info, options.arch);
  }
  return chosen;
}

}  // namespace rootlet::image
