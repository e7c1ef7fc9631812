#include "image/read.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/fs.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "flat.hpp"
#include "json.hpp"
#include "manifest.hpp"
#include "rootlet/error.hpp"
#include "store.hpp"
#include "stream/source.hpp"
#include "untar.hpp"

namespace rootlet::image {
namespace {

ChosenImage choose(Store& store, const ImageReadOptions& options) {
  if (store.has("index.json")) return choose_from_layout(store, options);
  if (store.has("manifest.json")) return choose_from_docker_archive(store, options);
  throw Error(
      "it has neither 'index.json' nor 'manifest.json'",
      "an image is an OCI layout, a tar of one, or what 'docker save' writes; unpack any other tar and name the "
      "directory");
}

/// A layer's way from the file to its tar.
class LayerStream {
 public:
  LayerStream(Store& store, const StoredLayer& layer, std::uint64_t limit)
      : file_(store.open(layer.file)), packed_(*file_) {
    stream::Source* raw = &packed_;
    if (!layer.digest.empty()) raw = &checked_.emplace(packed_, layer.digest);
    plain_ = stream::unpacked(*raw, layer.size, limit);
    stream::Source* plain = plain_.get();
    if (!layer.plain_digest.empty()) plain = &checked_plain_.emplace(*plain_, layer.plain_digest);
    ahead_ = stream::reading_ahead(*plain);
  }

  [[nodiscard]] stream::Source& tar() { return *ahead_; }
  /// How much of the file was read.
  [[nodiscard]] std::uint64_t progress() const { return packed_.count(); }

  /// Throws where the file is not what it should be: that explains whatever went wrong with what is in it.
  void check_file() {
    ahead_.reset();
    if (checked_) stream::drain(*checked_);
  }

 private:
  // Each reads from those before it.
  std::unique_ptr<stream::Source> file_;
  stream::CountingSource packed_;
  std::optional<stream::CheckedSource> checked_;
  std::unique_ptr<stream::Source> plain_;
  std::optional<stream::CheckedSource> checked_plain_;
  std::unique_ptr<stream::Source> ahead_;
};

void read_stream(LayerStream& stream, std::uint64_t limit, LayerInfo& info, const Image::Visit& visit,
                 Progress& progress) {
  TarReader tar(stream.tar());
  LayerEntry entry;
  std::uint64_t entries = 0;
  while (tar.read(entry)) {
    stream::check_unpacked(tar.position(), info.size, limit);
    visit(entry, tar);
    ++entries;
    progress.at(stream.progress(), info.size, {});
  }
  info.unpacked_size = tar.position() + stream::drain(stream.tar());
  info.files = entries;
}

/// Part that other layers, as far as they were read, leave of the limit for what unpacks to many times its size.
std::uint64_t left_of(std::uint64_t limit, const std::vector<LayerInfo>& layers, std::size_t which) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (i == which || !stream::is_well_packed(layers[i].unpacked_size, layers[i].size)) continue;
    limit -= std::min(limit, layers[i].unpacked_size);
  }
  return limit;
}

/// Whether a manifest.json is that of a docker-archive.
bool is_docker_manifest(const std::string& text) {
  try {
    const auto parsed = parse_json(text);
    return parsed.is_array() && !parsed.empty() && parsed[0].is_object() && parsed[0].contains("Config") &&
           parsed[0].contains("Layers");
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

bool is_image_directory(const std::filesystem::path& directory) {
  const std::unique_ptr<Store> store = open_store(directory, 0);
  if (store->has("oci-layout") || is_flat(*store)) return true;
  return store->has("manifest.json") && store->size("manifest.json") < largest_file &&
         is_docker_manifest(store->read("manifest.json"));
}

struct Image::Parts {
  std::string name;
  std::uint64_t unpacked_limit = 0;
  std::unique_ptr<Store> store;
  ChosenImage image;
};

namespace {

std::string in_messages(const std::string& name) { return "cannot read the image '" + name + "'"; }

std::unique_ptr<Store> store_at(const std::filesystem::path& path, const ImageReadOptions& options) {
  try {
    auto store = open_store(path, options.unpacked_limit);
    return is_flat(*store) ? layout_of_flat(std::move(store)) : std::move(store);
  } catch (const Error& error) {
    throw error.within(in_messages(path.string()));
  }
}

}  // namespace

Image::Image(const std::filesystem::path& path, const ImageReadOptions& options)
    : Image(store_at(path, options), path.string(), options) {}

Image::Image(std::unique_ptr<Store> store, const std::string& name, const ImageReadOptions& options)
    : parts_(std::make_unique<Parts>()) {
  parts_->name = in_messages(name);
  parts_->unpacked_limit = options.unpacked_limit;
  parts_->store = std::move(store);
  try {
    parts_->image = choose(*parts_->store, options);
  } catch (const Error& error) {
    throw error.within(parts_->name);
  }
}
Image::~Image() = default;
Image::Image(Image&&) noexcept = default;
Image& Image::operator=(Image&&) noexcept = default;

const ImageInfo& Image::info() const noexcept { return parts_->image.info; }

void Image::bring_layers(Progress& progress) {
  std::vector<std::string> files;
  for (const StoredLayer& layer : parts_->image.layers) files.push_back(layer.file);
  parts_->store->bring(files, progress);
}

std::unique_ptr<stream::Source> Image::open_layer(std::size_t which) {
  return parts_->store->open(parts_->image.layers.at(which).file);
}

void Image::read_layer(std::size_t which, const Visit& visit, Progress& progress) {
  std::vector<LayerInfo>& layers = parts_->image.info.layers;
  LayerInfo& info = layers.at(which);
  const std::string number = std::to_string(which + 1);
  progress.begin("reading layer " + number + " of " + std::to_string(layers.size()), info.size, Progress::Unit::bytes);
  try {
    const std::uint64_t limit = left_of(parts_->unpacked_limit, layers, which);
    LayerStream stream(*parts_->store, parts_->image.layers.at(which), limit);
    try {
      read_stream(stream, limit, info, visit, progress);
    } catch (const Error&) {
      stream.check_file();
      throw;
    }
  } catch (const Error& error) {
    progress.abandon();
    throw error.within("layer " + number + " (" + printable(info.digest) + ")").within(parts_->name);
  }
  progress.end();
}

}  // namespace rootlet::image
