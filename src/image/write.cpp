#include "image/write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "archive.hpp"
#include "base/digest.hpp"
#include "base/entries.hpp"
#include "base/fs.hpp"
#include "config.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"
#include "stream/source.hpp"
#include "tar.hpp"
#include "tree.hpp"

namespace rootlet::image {
namespace {

/// A file or directory that is to be made.
struct Destination {
  OpenDirectory directory;
  std::string name;
};

/// A layer of a part of the root as a tar, compressed.
WrittenLayer write_layer(int root, const NewLayer& layer, const WriteOptions& options, Compression compression,
                         const Destination& place, Progress& progress) {
  progress.begin("writing the image", 0, Progress::Unit::bytes);
  FileSink file(place.directory, place.name);
  const std::unique_ptr<Sink> compressor =
      make_compressor({compression, options.level, options.threads, options.ready}, file);
  DigestSink plain(*compressor);
  TarWriter tar(plain);
  Times times{options.source_date_epoch, options.made_from, options.made_until};
  if (layer.epoch) times.directories = times.epoch = std::min(*layer.epoch, options.source_date_epoch);
  add_tree(root, layer.part, times, tar, progress);
  tar.finish();
  plain.finish();
  compressor->finish();
  file.finish();
  progress.end();
  return {file.digest(), file.size(), plain.digest(), plain.size(), tar.entries(), layer.packages, layer.database};
}

void require_digest(const std::string& digest, const std::string& expected) {
  if (digest != expected) throw Error("the layer " + expected + " has the digest " + digest);
}

/// Makes a layer's blob a hard link of a file that holds it. Returns whether there is one, and that could be done.
bool link_layer(const FinishedLayer& finished, const WriteOptions& options, const Destination& place) {
  const auto file = options.at_hand.find(finished.layer.digest);
  return file != options.at_hand.end() &&
         linkat(AT_FDCWD, file->second.c_str(), place.directory.fd(), place.name.c_str(), 0) == 0;
}

/// A layer that was written before, byte by byte.
void copy_layer(const FinishedLayer& finished, const Destination& place, Progress& progress) {
  progress.begin("writing the image", finished.layer.size, Progress::Unit::bytes);
  FileSink file(place.directory, place.name);
  const std::unique_ptr<stream::Source> content = finished.open();
  for (std::string_view piece = content->next(stream::piece_size); !piece.empty();
       piece = content->next(stream::piece_size)) {
    file.write(piece);
    progress.at(file.size(), finished.layer.size, {});
  }
  file.finish();
  progress.end();
  require_digest(file.digest(), finished.layer.digest);
}

/// The same, unpacked.
WrittenLayer unpack_layer(const FinishedLayer& finished, const Destination& place, Progress& progress) {
  progress.begin("writing the image", finished.layer.size, Progress::Unit::bytes);
  FileSink file(place.directory, place.name);
  const std::unique_ptr<stream::Source> content = finished.open();
  stream::CheckedSource checked(*content, finished.layer.digest);
  const auto plain = stream::unpacked(checked, finished.layer.size, default_unpacked_limit);
  for (std::string_view piece = plain->next(stream::piece_size); !piece.empty();
       piece = plain->next(stream::piece_size)) {
    file.write(piece);
    progress.at(file.size(), 0, {});
  }
  stream::drain(checked);
  file.finish();
  progress.end();
  require_digest(file.digest(), finished.layer.diff_id);
  return {
      file.digest(),          file.size(), file.digest(), file.size(), finished.layer.files, finished.layer.packages,
      finished.layer.database};
}

std::string hex_of(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

/// Things that all layers of an image are made of.
struct Parts {
  int root;
  const std::vector<ImageLayer>& layers;
  const WriteOptions& options;
  Progress& progress;
};

std::string created_by(const std::string& own, const WriteOptions& options) {
  return own.empty() ? options.created_by : own;
}

WriteResult result_of(const std::vector<PackedLayer>& layers, std::string digest) {
  WriteResult result{std::move(digest)};
  for (const PackedLayer& one : layers) {
    result.layers.push_back(one.layer);
    if (one.of_base) ++result.below;
  }
  return result;
}

/// A layer's blob, under its name among the others.
PackedLayer add_layer(const Parts& parts, const ImageLayer& layer, const OpenDirectory& layout,
                      const OpenDirectory& blobs) {
  const std::string unnamed = "layer";  // a new layer's name is known when it is complete
  const std::string media_type = layer_media_type(parts.options.compression);
  PackedLayer packed;
  if (const auto* finished = std::get_if<FinishedLayer>(&layer)) {
    const Destination there{layout, unnamed};
    if (!link_layer(*finished, parts.options, there)) copy_layer(*finished, there, parts.progress);
    packed = {finished->layer, finished->media_type.empty() ? media_type : finished->media_type,
              created_by(finished->created_by, parts.options), finished->of_base};
  } else {
    const auto& made = std::get<NewLayer>(layer);
    packed = {
        write_layer(parts.root, made, parts.options, parts.options.compression, {layout, unnamed}, parts.progress),
        media_type, created_by(made.created_by, parts.options), false};
  }
  const std::string name = hex_of(packed.layer.digest);
  if (renameat(layout.fd(), unnamed.c_str(), blobs.fd(), name.c_str()) != 0) {
    throw system_error("cannot rename '" + (layout.path() / unnamed).string() + "'");
  }
  if (parts.options.keep && std::holds_alternative<NewLayer>(layer)) {
    const Fd file = open_entry(blobs.fd(), name, O_RDONLY);
    parts.options.keep(packed.layer, file.get());
  }
  return packed;
}

/// An OCI layout with one image (image-spec 1.1, image-layout.md), in a directory that is made. Returns that, too.
std::pair<WriteResult, OpenDirectory> write_layout(const Parts& parts, const ImageConfig& config,
                                                   const Destination& place) {
  const WriteOptions& options = parts.options;
  const OpenDirectory layout = place.directory.make(place.name);
  const OpenDirectory all_blobs = layout.make("blobs");
  const OpenDirectory blobs = all_blobs.make("sha256");
  std::vector<PackedLayer> layers;
  for (const ImageLayer& layer : parts.layers) layers.push_back(add_layer(parts, layer, layout, blobs));
  const auto add_blob = [&](std::string_view media_type, const std::string& content) {
    const std::string hex = digest_of(content);
    write_new_file(blobs, hex, content);
    return Descriptor{std::string(media_type), "sha256:" + hex, content.size()};
  };
  const Descriptor image = add_blob(config_media_type, config_json(config, options, layers));
  const Descriptor manifest = add_blob(manifest_media_type, manifest_json(config, options, image, layers));
  WriteResult result = result_of(layers, manifest.digest);
  std::vector<ListedReferrer> listed;
  for (const Referrer& referrer : options.refer ? options.refer(result) : std::vector<Referrer>{}) {
    if (listed.empty()) add_blob(empty_media_type, std::string(empty_content));
    const Descriptor document = add_blob(referrer.artifact_type, referrer.content);
    const std::string json = referrer_json(options, referrer, manifest, document);
    listed.push_back({add_blob(manifest_media_type, json), referrer.artifact_type});
    result.referrers.push_back({referrer.artifact_type, referrer.file_name, listed.back().manifest.digest});
  }
  write_new_file(layout, "index.json", index_json(options, manifest, listed));
  write_new_file(layout, "oci-layout", layout_json());
  for (const OpenDirectory* dir : {&blobs, &all_blobs, &layout}) dir->sync();
  return {std::move(result), layout};
}

TarEntry entry_of(std::string path, TarType type, std::int64_t mtime) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = type;
  entry.mode = type == TarType::directory ? 0755 : 0644;
  entry.mtime = mtime;
  return entry;
}

void add_layout(TarWriter& tar, const OpenDirectory& layout, std::int64_t mtime) {
  const std::string place = "blobs/sha256";
  const Fd blobs = open_entry(layout.fd(), place, O_DIRECTORY);
  tar.add(entry_of("blobs", TarType::directory, mtime));
  tar.add(entry_of(place, TarType::directory, mtime));
  std::vector<std::string> names{"index.json", "oci-layout"};
  for (const std::string& blob : names_in(blobs.get(), "'" + (layout.path() / place).string() + "'")) {
    names.insert(names.end() - 2, place + "/" + blob);
  }
  for (const std::string& name : names) add_file(layout, name, entry_of(name, TarType::file, mtime), tar);
}

}  // namespace

void write_new_file(const OpenDirectory& directory, const std::string& name, std::string_view bytes) {
  FileSink file(directory, name);
  file.write(bytes);
  file.finish();
}

void write_archive(const OpenDirectory& layout, std::int64_t mtime, const OpenDirectory& directory,
                   const std::string& name) {
  FileSink file(directory, name);
  TarWriter tar(file);
  add_layout(tar, layout, mtime);
  tar.finish();
  file.finish();
}

namespace {

/// The same layout as a tar. It is made beside first: blobs are named by digests that are known at their end.
WriteResult write_oci_archive(const Parts& parts, const ImageConfig& config, const Destination& place) {
  const TempDir beside(place.directory, ".parts-");
  const auto [result, layout] = write_layout(parts, config, {beside.directory(), "layout"});
  write_archive(layout, parts.options.source_date_epoch, place.directory, place.name);
  return result;
}

/// Writes the form that `docker load` and `skopeo copy docker-archive:` take. Layers are plain tars, as `docker save`
/// writes them: older readers compare them with the diff_id as they are.
WriteResult write_docker_archive(const Parts& parts, const ImageConfig& config, const Destination& place) {
  const WriteOptions& options = parts.options;
  const TempDir beside(place.directory, ".parts-");
  std::vector<PackedLayer> layers;
  for (const ImageLayer& layer : parts.layers) {
    const Destination file{beside.directory(), std::to_string(layers.size()) + ".tar"};
    if (const auto* finished = std::get_if<FinishedLayer>(&layer)) {
      layers.push_back({unpack_layer(*finished, file, parts.progress), "", created_by(finished->created_by, options),
                        finished->of_base});
    } else {
      const auto& made = std::get<NewLayer>(layer);
      layers.push_back({write_layer(parts.root, made, options, Compression::none, file, parts.progress), "",
                        created_by(made.created_by, options), false});
    }
  }
  const std::string image = config_json(config, options, layers);
  const std::string image_hex = digest_of(image);
  const std::int64_t mtime = options.source_date_epoch;
  FileSink file(place.directory, place.name);
  TarWriter tar(file);
  tar.add(entry_of(image_hex + ".json", TarType::file, mtime), image);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string directory = hex_of(layers[i].layer.diff_id);
    const std::string name = directory + "/layer.tar";
    const bool is_new = std::find(names.begin(), names.end(), name) == names.end();
    names.push_back(name);
    if (!is_new) continue;
    tar.add(entry_of(directory, TarType::directory, mtime));
    add_file(beside.directory(), std::to_string(i) + ".tar", entry_of(name, TarType::file, mtime), tar);
  }
  tar.add(entry_of("manifest.json", TarType::file, mtime), docker_manifest_json(options, image_hex + ".json", names));
  tar.finish();
  file.finish();
  return result_of(layers, "sha256:" + image_hex);
}

}  // namespace

WriteResult write(int root, const std::vector<ImageLayer>& layers, const ImageConfig& config,
                  const WriteOptions& options, const OpenDirectory& directory, const std::string& name,
                  Progress& progress) {
  check_options(options);
  const Destination place{directory, name};
  const Parts parts{root, layers, options, progress};
  switch (options.format) {
    case Format::oci: return write_layout(parts, config, place).first;
    case Format::oci_archive: return write_oci_archive(parts, config, place);
    case Format::docker_archive: return write_docker_archive(parts, config, place);
    case Format::dir: throw Error("the root itself is the image");
    case Format::tar: break;
  }
  const WrittenLayer layer = write_layer(root, NewLayer{}, options, options.compression, place, progress);
  return {layer.digest, {layer}};
}

}  // namespace rootlet::image
