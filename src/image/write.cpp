#include "image/write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/entries.hpp"
#include "base/fs.hpp"
#include "config.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"
#include "source.hpp"
#include "tar.hpp"
#include "tree.hpp"

namespace rootlet::image {
namespace {

struct Layer {
  Descriptor blob;
  std::string diff_id;
  std::uint64_t uncompressed_size = 0;
  std::uint64_t files = 0;
};

/// A file or directory that is to be made.
struct Destination {
  OpenDirectory directory;
  std::string name;
};

/// The root as a tar, compressed.
Layer write_layer(int root, const WriteOptions& options, Compression compression, const Destination& place,
                  Progress& progress) {
  progress.begin("writing the image", 0, Progress::Unit::bytes);
  FileSink file(place.directory, place.name);
  const std::unique_ptr<Sink> compressor = make_compressor(compression, options.level, options.threads, file);
  DigestSink plain(*compressor);
  TarWriter tar(plain);
  add_tree(root, {options.source_date_epoch, options.made_from, options.made_until}, tar, progress);
  tar.finish();
  plain.finish();
  compressor->finish();
  file.finish();
  progress.end();
  return {{layer_media_type(compression), file.digest(), file.size()}, plain.digest(), plain.size(), tar.entries()};
}

/// A layer that was written before, byte by byte.
Layer copy_layer(const KnownLayer& layer, Source& content, Compression compression, const Destination& place,
                 Progress& progress) {
  progress.begin("writing the image", layer.size, Progress::Unit::bytes);
  FileSink file(place.directory, place.name);
  for (std::string_view piece = content.next(piece_size); !piece.empty(); piece = content.next(piece_size)) {
    file.write(piece);
    progress.at(file.size(), layer.size, {});
  }
  file.finish();
  progress.end();
  if (file.digest() != layer.digest) throw Error("the layer " + layer.digest + " has the digest " + file.digest());
  return {
      {layer_media_type(compression), file.digest(), file.size()}, layer.diff_id, layer.uncompressed_size, layer.files};
}

std::string hex_of(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

void write_new_file(const OpenDirectory& directory, const std::string& name, std::string_view bytes) {
  FileSink file(directory, name);
  file.write(bytes);
  file.finish();
}

WriteResult result_of(const Layer& layer, const std::string& digest) {
  return {digest, layer.diff_id, layer.blob.size, layer.uncompressed_size, layer.files};
}

/// Makes the layer in a new file.
using MakeLayer = std::function<Layer(const Destination& place)>;

void tell_of_layer(const Layer& layer, const OpenDirectory& blobs, const WriteOptions& options) {
  if (!options.keep) return;
  const Fd file = open_entry(blobs.fd(), hex_of(layer.blob.digest), O_RDONLY);
  options.keep({layer.blob.digest, layer.blob.size, layer.diff_id, layer.uncompressed_size, layer.files}, file.get());
}

/// An OCI layout with one image (image-spec 1.1, image-layout.md), in a directory that is made. Returns that, too.
std::pair<WriteResult, OpenDirectory> write_layout(const MakeLayer& make_layer, const ImageConfig& config,
                                                   const WriteOptions& options, const Destination& place) {
  const OpenDirectory layout = place.directory.make(place.name);
  const OpenDirectory all_blobs = layout.make("blobs");
  const OpenDirectory blobs = all_blobs.make("sha256");
  // A layer's name is known when it is complete.
  const std::string unnamed = "layer";
  const Layer layer = make_layer({layout, unnamed});
  if (renameat(layout.fd(), unnamed.c_str(), blobs.fd(), hex_of(layer.blob.digest).c_str()) != 0) {
    throw system_error("cannot rename '" + (layout.path() / unnamed).string() + "'");
  }
  tell_of_layer(layer, blobs, options);
  const auto add_blob = [&](std::string_view media_type, const std::string& content) {
    const std::string hex = digest_of(content);
    write_new_file(blobs, hex, content);
    return Descriptor{std::string(media_type), "sha256:" + hex, content.size()};
  };
  const Descriptor image = add_blob(config_media_type, config_json(config, options, layer.diff_id));
  const Descriptor manifest = add_blob(manifest_media_type, manifest_json(config, options, image, layer.blob));
  WriteResult result = result_of(layer, manifest.digest);
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

/// The same layout as a tar. It is made beside first: blobs are named by digests that are known at their end.
WriteResult write_oci_archive(const MakeLayer& make_layer, const ImageConfig& config, const WriteOptions& options,
                              const Destination& place) {
  const TempDir parts(place.directory, ".parts-");
  const auto [result, layout] = write_layout(make_layer, config, options, {parts.directory(), "layout"});
  FileSink file(place.directory, place.name);
  TarWriter tar(file);
  add_layout(tar, layout, options.source_date_epoch);
  tar.finish();
  file.finish();
  return result;
}

/// Writes the form that `docker load` and `skopeo copy docker-archive:` take. Layers are plain tars, as `docker save`
/// writes them: older readers compare them with the diff_id as they are.
WriteResult write_docker_archive(int root, const ImageConfig& config, const WriteOptions& options,
                                 const Destination& place, Progress& progress) {
  const TempDir parts(place.directory, ".parts-");
  const std::string layer_file = "layer.tar";
  const Layer layer = write_layer(root, options, Compression::none, {parts.directory(), layer_file}, progress);
  const std::string image = config_json(config, options, layer.diff_id);
  const std::string image_hex = digest_of(image);
  const std::string layer_dir = hex_of(layer.diff_id);
  const std::int64_t mtime = options.source_date_epoch;
  FileSink file(place.directory, place.name);
  TarWriter tar(file);
  tar.add(entry_of(image_hex + ".json", TarType::file, mtime), image);
  tar.add(entry_of(layer_dir, TarType::directory, mtime));
  add_file(parts.directory(), layer_file, entry_of(layer_dir + "/" + layer_file, TarType::file, mtime), tar);
  tar.add(entry_of("manifest.json", TarType::file, mtime),
          docker_manifest_json(options, image_hex + ".json", layer_dir + "/" + layer_file));
  tar.finish();
  file.finish();
  return result_of(layer, "sha256:" + image_hex);
}

}  // namespace

WriteResult write(int root, const ImageConfig& config, const WriteOptions& options, const OpenDirectory& directory,
                  const std::string& name, Progress& progress) {
  check_options(options);
  const Destination place{directory, name};
  const MakeLayer make_layer = [&](const Destination& layer) {
    return write_layer(root, options, options.compression, layer, progress);
  };
  switch (options.format) {
    case Format::oci: return write_layout(make_layer, config, options, place).first;
    case Format::oci_archive: return write_oci_archive(make_layer, config, options, place);
    case Format::docker_archive: return write_docker_archive(root, config, options, place, progress);
    case Format::dir: throw Error("the root itself is the image");
    case Format::tar: break;
  }
  const Layer layer = write_layer(root, options, options.compression, place, progress);
  return result_of(layer, layer.blob.digest);
}

WriteResult write_again(const KnownLayer& layer, Source& content, const ImageConfig& config,
                        const WriteOptions& options, const OpenDirectory& directory, const std::string& name,
                        Progress& progress) {
  check_options(options);
  const Destination place{directory, name};
  const MakeLayer make_layer = [&](const Destination& destination) {
    return copy_layer(layer, content, options.compression, destination, progress);
  };
  if (options.format == Format::oci) return write_layout(make_layer, config, options, place).first;
  return write_oci_archive(make_layer, config, options, place);
}

}  // namespace rootlet::image
