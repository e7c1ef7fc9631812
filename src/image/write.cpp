#include "image/write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/digest.hpp"
#include "base/fs.hpp"
#include "config.hpp"
#include "rootlet/error.hpp"
#include "sink.hpp"
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

/// The root as a tar, compressed, in the new file `path`.
Layer write_layer(const fs::path& root, const WriteOptions& options, Compression compression, const fs::path& path,
                  Progress& progress) {
  progress.begin("writing the image", 0, Progress::Unit::bytes);
  FileSink file(path);
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

std::string hex_of(const std::string& digest) { return digest.substr(digest.find(':') + 1); }

void write_new_file(const fs::path& path, std::string_view bytes) {
  FileSink file(path);
  file.write(bytes);
  file.finish();
}

WriteResult result_of(const Layer& layer, const std::string& digest) {
  return {digest, layer.diff_id, layer.blob.size, layer.uncompressed_size, layer.files};
}

/// An OCI layout with one image (image-spec 1.1, image-layout.md), in the directory `layout`, which is made.
WriteResult write_layout(const fs::path& root, const ImageConfig& config, const WriteOptions& options,
                         const fs::path& layout, Progress& progress) {
  const fs::path blobs = layout / "blobs" / "sha256";
  make_dirs(blobs);
  // A layer's name is known when it is complete.
  const fs::path unnamed = layout / "layer";
  const Layer layer = write_layer(root, options, options.compression, unnamed, progress);
  if (std::rename(unnamed.c_str(), (blobs / hex_of(layer.blob.digest)).c_str()) != 0) {
    throw system_error("cannot rename '" + unnamed.string() + "'");
  }
  const auto add_blob = [&](std::string_view media_type, const std::string& content) {
    const std::string hex = digest_of(content);
    write_new_file(blobs / hex, content);
    return Descriptor{std::string(media_type), "sha256:" + hex, content.size()};
  };
  const Descriptor image = add_blob(config_media_type, config_json(config, options, layer.diff_id));
  const Descriptor manifest = add_blob(manifest_media_type, manifest_json(config, options, image, layer.blob));
  write_new_file(layout / "index.json", index_json(options, manifest));
  write_new_file(layout / "oci-layout", layout_json());
  for (const fs::path& dir : {blobs, layout / "blobs", layout}) sync_dir(dir);
  return result_of(layer, manifest.digest);
}

TarEntry entry_of(std::string path, TarType type, std::int64_t mtime) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = type;
  entry.mode = type == TarType::directory ? 0755 : 0644;
  entry.mtime = mtime;
  return entry;
}

void add_layout(TarWriter& tar, const fs::path& layout, std::int64_t mtime) {
  std::vector<std::string> blobs;
  for (const auto& entry : fs::directory_iterator(layout / "blobs" / "sha256")) {
    blobs.push_back("blobs/sha256/" + entry.path().filename().string());
  }
  std::sort(blobs.begin(), blobs.end());
  tar.add(entry_of("blobs", TarType::directory, mtime));
  tar.add(entry_of("blobs/sha256", TarType::directory, mtime));
  for (const std::string& blob : blobs) add_file(layout / blob, entry_of(blob, TarType::file, mtime), tar);
  for (const std::string name : {"index.json", "oci-layout"}) {
    add_file(layout / name, entry_of(name, TarType::file, mtime), tar);
  }
}

/// The same layout as a tar. It is made beside first: blobs are named by digests that are known at their end.
WriteResult write_oci_archive(const fs::path& root, const ImageConfig& config, const WriteOptions& options,
                              const fs::path& staging, Progress& progress) {
  const TempDir parts(parent_dir(staging), ".parts-");
  const WriteResult result = write_layout(root, config, options, parts.path() / "layout", progress);
  FileSink file(staging);
  TarWriter tar(file);
  add_layout(tar, parts.path() / "layout", options.source_date_epoch);
  tar.finish();
  file.finish();
  return result;
}

/// What `docker load` and `skopeo copy docker-archive:` take. Layers are plain tars, as `docker save` writes them:
/// older readers compare them with the diff_id as they are.
WriteResult write_docker_archive(const fs::path& root, const ImageConfig& config, const WriteOptions& options,
                                 const fs::path& staging, Progress& progress) {
  const TempDir parts(parent_dir(staging), ".parts-");
  const fs::path layer_file = parts.path() / "layer.tar";
  const Layer layer = write_layer(root, options, Compression::none, layer_file, progress);
  const std::string image = config_json(config, options, layer.diff_id);
  const std::string image_hex = digest_of(image);
  const std::string layer_dir = hex_of(layer.diff_id);
  const std::int64_t mtime = options.source_date_epoch;
  FileSink file(staging);
  TarWriter tar(file);
  tar.add(entry_of(image_hex + ".json", TarType::file, mtime), image);
  tar.add(entry_of(layer_dir, TarType::directory, mtime));
  add_file(layer_file, entry_of(layer_dir + "/layer.tar", TarType::file, mtime), tar);
  tar.add(entry_of("manifest.json", TarType::file, mtime),
          docker_manifest_json(options, image_hex + ".json", layer_dir + "/layer.tar"));
  tar.finish();
  file.finish();
  return result_of(layer, "sha256:" + image_hex);
}

WriteResult move_root(const fs::path& root, const fs::path& staging) {
  if (std::rename(root.c_str(), staging.c_str()) != 0) {
    throw system_error("cannot move the root '" + root.string() + "' to '" + staging.string() + "'");
  }
  const Fd dir(open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir || syncfs(dir.get()) != 0) throw system_error("cannot flush '" + staging.string() + "'");
  return {};
}

}  // namespace

WriteResult write(const fs::path& root, const ImageConfig& config, const WriteOptions& options, const fs::path& staging,
                  Progress& progress) {
  check_options(options);
  switch (options.format) {
    case Format::oci: return write_layout(root, config, options, staging, progress);
    case Format::oci_archive: return write_oci_archive(root, config, options, staging, progress);
    case Format::docker_archive: return write_docker_archive(root, config, options, staging, progress);
    case Format::dir: return move_root(root, staging);
    case Format::tar: break;
  }
  const Layer layer = write_layer(root, options, options.compression, staging, progress);
  return result_of(layer, layer.blob.digest);
}

}  // namespace rootlet::image
