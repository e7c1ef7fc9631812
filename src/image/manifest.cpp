#include "manifest.hpp"

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "json.hpp"
#include "rootlet/error.hpp"

namespace rootlet::image {
namespace {

constexpr std::string_view docker_list_media_type = "application/vnd.docker.distribution.manifest.list.v2+json";
constexpr std::string_view docker_manifest_media_type = "application/vnd.docker.distribution.manifest.v2+json";
constexpr std::string_view docker_config_media_type = "application/vnd.docker.container.image.v1+json";

/// Layers (image-spec 1.1, layer.md; Docker registry, image manifest 2.2), without what says how they are compressed.
constexpr std::array<std::string_view, 4> layer_media_types{
    "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar", "application/vnd.docker.image.rootfs.foreign.diff.tar"};

bool is_layer_type(std::string_view type) {
  for (const std::string_view known : layer_media_types) {
    if (!type.starts_with(known)) continue;
    const std::string_view rest = type.substr(known.size());
    if (rest.empty() || rest == "+gzip" || rest == "+zstd" || rest == ".gzip" || rest == ".zstd") return true;
  }
  return false;
}

/// Whether a descriptor is of something else than an image: a signature, an attestation.
bool is_artifact(const JsonValue& value, const Reference& reference) {
  const std::string type = value.at("artifactType").text();
  return (!type.empty() && type != config_media_type) ||
         !value.at("annotations").at("vnd.docker.reference.type").text().empty() ||
         (reference.os == "unknown" && reference.arch == "unknown");
}

StoredLayer stored_layer(const Descriptor& blob, const std::string& called, const Store& store) {
  if (blob.media_type.ends_with("+encrypted")) {
    throw Error(called + " is encrypted (" + printable(blob.media_type) + ")", "decrypt the image first");
  }
  if (!is_layer_type(blob.media_type)) {
    throw Error(called + " is of a type that is no layer of files: '" + printable(blob.media_type) + "'");
  }
  const std::string file = blob_file(blob.digest);
  const bool elsewhere = blob.media_type.find("nondistributable") != std::string::npos ||
                         blob.media_type.find("foreign") != std::string::npos;
  if (elsewhere && !store.has(file)) {
    throw Error(called + " is not in the image, which only names it: it may not be distributed (" +
                    printable(blob.media_type) + ")",
                "a copy made with all layers, also the foreign ones, can be read");
  }
  const std::uint64_t size = store.size(file);
  if (size != blob.size) {
    throw Error(called + " has " + grouped(size) + " bytes and not " + grouped(blob.size) + ", as the manifest says",
                "it was damaged or changed: copy the image again");
  }
  return {file, size, blob.digest, {}};
}

/// Names of packages that a layer's descriptor says are in it.
std::vector<std::string> packages_of(const JsonValue& layer) {
  const std::string names = layer.at("annotations").at(std::string(packages_annotation)).text();
  std::vector<std::string> packages;
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    packages.push_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  return packages;
}

/// Notes from a configuration's history what made each layer, and how many are those of a base.
void add_history(const JsonValue& config, ImageInfo& info) {
  std::size_t layer = 0;
  std::size_t below = 0;
  bool base = true;
  for (const JsonValue& entry : config.at("history").list()) {
    if (entry.at("empty_layer").truth()) continue;
    if (layer == info.layers.size()) return;
    info.layers[layer++].created_by = entry.at("created_by").text();
    base = base && entry.at("comment").text() != history_comment;
    if (base) ++below;
  }
  if (!base) info.base_layers = below;
}

void read_manifest(Store& store, const Descriptor& manifest, ChosenImage& image) {
  const auto json = parse_json(read_blob(store, manifest));
  const JsonValue document(json, "");
  if (document.at("fsLayers").exists()) {
    throw Error("it is of Docker's old schema 1", "copy the image with a newer tool, for instance 'skopeo copy'");
  }
  const Descriptor config = descriptor_of(document.at("config"));
  if (config.media_type != config_media_type && config.media_type != docker_config_media_type) {
    throw Error("it is of something else than a container image: '" + printable(config.media_type) + "'");
  }
  const std::vector<JsonValue> layers = document.at("layers").list();
  check_layers(layers.size());
  for (const JsonValue& layer : layers) {
    const Descriptor blob = descriptor_of(layer);
    const std::string called = "layer " + std::to_string(image.layers.size() + 1) + " (" + printable(blob.digest) + ")";
    image.layers.push_back(stored_layer(blob, called, store));
    image.info.layers.push_back({blob.digest, blob.media_type, blob.size, 0, 0, {}});
    image.info.layers.back().packages = packages_of(layer);
    const std::string content = layer.at("annotations").at(std::string(content_annotation)).text();
    image.info.layers.back().database = content == database_content;
  }
  try {
    read_config(read_blob(store, config), image.info);
  } catch (const Error& error) {
    throw error.within("its configuration " + printable(config.digest));
  }
}

}  // namespace

Descriptor descriptor_of(const JsonValue& value) {
  return {value.at("mediaType").text(), value.at("digest").text(), value.at("size").size()};
}

void check_layers(std::size_t count) {
  if (count > most_layers) throw Error("it has " + grouped(count) + " layers, more than " + grouped(most_layers));
}

std::string blob_file(const std::string& digest) {
  const stream::BlobDigest parts(digest);
  return "blobs/" + std::string(digest_name(parts.type)) + "/" + parts.hex;
}

std::string read_blob(Store& store, const Descriptor& blob) {
  const stream::BlobDigest digest(blob.digest);
  std::string content = store.read(blob_file(blob.digest));
  if (digest_of(content, digest.type) != digest.hex || content.size() != blob.size) {
    throw Error("the content has another size or digest than its name says",
                "it was damaged or changed: copy the image again");
  }
  return content;
}

std::vector<Reference> parse_index(const std::string& text) {
  const auto parsed = parse_json(text);
  std::vector<Reference> references;
  for (const JsonValue& value : JsonValue(parsed, "").at("manifests").list()) {
    Reference reference;
    reference.blob = descriptor_of(value);
    const std::string& type = reference.blob.media_type;
    reference.is_index = type == index_media_type || type == docker_list_media_type;
    const JsonValue platform = value.at("platform");
    reference.os = platform.at("os").text();
    reference.arch = platform.at("architecture").text();
    reference.variant = platform.at("variant").text();
    const JsonValue annotations = value.at("annotations");
    reference.name = annotations.at("io.containerd.image.name").text();
    if (reference.name.empty()) reference.name = annotations.at("org.opencontainers.image.ref.name").text();
    const bool known = reference.is_index || type == manifest_media_type || type == docker_manifest_media_type;
    if (type.starts_with("application/vnd.docker.distribution.manifest.v1+")) {
      throw Error("the manifest " + printable(reference.blob.digest) + " is of Docker's old schema 1",
                  "copy the image with a newer tool, for instance 'skopeo copy'");
    }
    if (known && !is_artifact(value, reference)) references.push_back(std::move(reference));
  }
  return references;
}

std::vector<std::string> read_config(const std::string& text, ImageInfo& info) {
  const auto parsed = parse_json(text);
  const JsonValue config(parsed, "");
  info.os = config.at("os").text();
  info.arch = config.at("architecture").text();
  info.variant = config.at("variant").text();
  info.created = config.at("created").text();
  const JsonValue run = config.at("config");
  info.user = run.at("User").text();
  info.workdir = run.at("WorkingDir").text();
  info.stop_signal = run.at("StopSignal").text();
  info.entrypoint = run.at("Entrypoint").texts();
  info.cmd = run.at("Cmd").texts();
  info.env = run.at("Env").texts();
  info.ports = run.at("ExposedPorts").keys();
  info.volumes = run.at("Volumes").keys();
  const JsonValue labels = run.at("Labels");
  for (const std::string& label : labels.keys()) info.labels[label] = labels.at(label).text();
  std::vector<std::string> diff_ids = config.at("rootfs").at("diff_ids").texts();
  if (diff_ids.size() != info.layers.size()) {
    throw Error("it speaks of " + counted(diff_ids.size(), "layer") + ", but there " +
                (info.layers.size() == 1 ? "is " : "are ") + std::to_string(info.layers.size()));
  }
  for (std::size_t i = 0; i < diff_ids.size(); ++i) info.layers[i].diff_id = diff_ids[i];
  add_history(config, info);
  return diff_ids;
}

ChosenImage read_image_of(Store& store, const Reference& reference) {
  ChosenImage image;
  image.info.digest = reference.blob.digest;
  image.info.reference = reference.name;
  try {
    read_manifest(store, reference.blob, image);
  } catch (const Error& error) {
    throw error.within("manifest " + printable(reference.blob.digest));
  }
  return image;
}

}  // namespace rootlet::image
