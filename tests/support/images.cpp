#include "images.hpp"

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "base/digest.hpp"
#include "image/sink.hpp"

namespace made {
namespace {

using rootlet::digest_of;

void put(std::string& header, std::size_t offset, std::size_t size, const std::string& text) {
  header.replace(offset, std::min(size, text.size()), text, 0, std::min(size, text.size()));
}

void put_number(std::string& header, std::size_t offset, std::size_t size, std::uint64_t value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%0*llo", static_cast<int>(size) - 1, static_cast<unsigned long long>(value));
  if (std::string(digits).size() < size) return put(header, offset, size, digits);
  // GNU's base 256.
  for (std::size_t i = size; i-- > 1; value >>= 8U) header[offset + i] = static_cast<char>(value & 0xffU);
  header[offset] = static_cast<char>(0x80);
}

class Memory final : public rootlet::image::Sink {
 public:
  void write(std::string_view more) override { bytes += more; }
  void finish() override {}
  std::string bytes;
};

}  // namespace

const std::string net_raw("\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);

TarFile file(const std::string& path, const std::string& content) { return {path, '0', content}; }

TarFile directory(const std::string& path, unsigned mode) {
  TarFile made{path, '5'};
  made.mode = mode;
  return made;
}

TarFile soft_link(const std::string& path, const std::string& target) { return {path, '2', {}, target, 0777}; }

TarFile hard_link(const std::string& path, const std::string& target) { return {path, '1', {}, target}; }

TarFile whiteout(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  return file(path.substr(0, name) + ".wh." + path.substr(name));
}

TarFile opaque(const std::string& directory) { return file(directory + "/.wh..wh..opq"); }

void seal(std::string& header) {
  header.replace(148, 8, "        ");
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(header[i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  header.replace(148, 7, digits, 7);
}

std::string tar_header(const TarFile& file, std::uint64_t size, const std::string& magic) {
  std::string header(512, '\0');
  put(header, 0, 100, file.path);
  put_number(header, 100, 8, file.mode);
  put_number(header, 108, 8, file.uid);
  put_number(header, 116, 8, file.gid);
  put_number(header, 124, 12, size);
  put_number(header, 136, 12, static_cast<std::uint64_t>(file.mtime));
  header[156] = file.type;
  put(header, 157, 100, file.target);
  put(header, 257, 8, magic);
  seal(header);
  return header;
}

std::string padded(std::string bytes) {
  bytes.resize((bytes.size() + 511) / 512 * 512);
  return bytes;
}

std::string pax_records(const std::map<std::string, std::string>& records) {
  std::string all;
  for (const auto& [key, value] : records) {
    const std::size_t rest = key.size() + value.size() + 3;
    std::size_t length = rest;
    while (length != rest + std::to_string(length).size()) length = rest + std::to_string(length).size();
    all += std::to_string(length) + " " + key + "=" + value + "\n";
  }
  return all;
}

std::string tar_entry(const TarFile& file) {
  std::map<std::string, std::string> records = file.pax;
  if (file.path.size() > 100) records.try_emplace("path", file.path);
  if (file.target.size() > 100) records.try_emplace("linkpath", file.target);
  if (file.mtime < 0) records.try_emplace("mtime", std::to_string(file.mtime));
  std::string bytes;
  if (!records.empty()) {
    const std::string extended = pax_records(records);
    bytes += tar_header({"././@PaxHeader", 'x'}, extended.size()) + padded(extended);
  }
  TarFile plain = file;
  if (plain.mtime < 0) plain.mtime = 0;
  return bytes + tar_header(plain, file.content.size()) + padded(file.content);
}

std::string tar(const std::vector<TarFile>& files) {
  std::string bytes;
  for (const TarFile& file : files) bytes += tar_entry(file);
  return bytes + std::string(1024, '\0');
}

std::string compressed(const std::string& bytes, rootlet::image::Compression compression) {
  Memory memory;
  const auto compressor = rootlet::image::make_compressor({compression, 0, 1}, memory);
  compressor->write(bytes);
  compressor->finish();
  return memory.bytes;
}

Layer layer(const std::vector<TarFile>& files) {
  const std::string plain = tar(files);
  return {gzipped(plain), plain};
}

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

Layout::Layout(fs::path path) : path_(std::move(path)) {
  write(path_ / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
}

fs::path Layout::blob_path(const json& descriptor) const {
  std::string digest = descriptor.at("digest");
  digest.replace(digest.find(':'), 1, "/");
  return path_ / "blobs" / digest;
}

json Layout::blob(const std::string& bytes, const std::string& media_type) const {
  json descriptor = {{"mediaType", media_type}, {"digest", "sha256:" + digest_of(bytes)}, {"size", bytes.size()}};
  write(blob_path(descriptor), bytes);
  return descriptor;
}

json Layout::image(const std::vector<Layer>& layers, const json& config) const {
  json full = {
      {"architecture", "amd64"}, {"os", "linux"}, {"rootfs", {{"type", "layers"}, {"diff_ids", json::array()}}}};
  full.update(config);
  json manifest = {{"schemaVersion", 2}, {"layers", json::array()}};
  for (const Layer& layer : layers) {
    full["rootfs"]["diff_ids"].push_back("sha256:" + digest_of(layer.plain));
    manifest["layers"].push_back(blob(layer.bytes, layer.media_type));
  }
  manifest["config"] = blob(full.dump(), "application/vnd.oci.image.config.v1+json");
  return blob(manifest.dump(), "application/vnd.oci.image.manifest.v1+json");
}

void Layout::index(const std::vector<json>& manifests) const {
  write(path_ / "index.json", json{{"schemaVersion", 2}, {"manifests", manifests}}.dump());
}

json named(json descriptor, const std::string& name) {
  descriptor["annotations"]["org.opencontainers.image.ref.name"] = name;
  return descriptor;
}

json on_platform(json descriptor, const std::string& arch, const std::string& variant) {
  descriptor["platform"] = {{"os", "linux"}, {"architecture", arch}};
  if (!variant.empty()) descriptor["platform"]["variant"] = variant;
  return descriptor;
}

fs::path oci_image(const fs::path& path, const std::vector<std::vector<TarFile>>& layers) {
  const Layout layout(path);
  std::vector<Layer> made;
  for (const auto& files : layers) made.push_back(layer(files));
  layout.index({named(layout.image(made), "latest")});
  return path;
}

std::vector<TarFile> docker_archive(const std::vector<Layer>& layers, const std::string& tag) {
  json config = {
      {"architecture", "amd64"}, {"os", "linux"}, {"rootfs", {{"type", "layers"}, {"diff_ids", json::array()}}}};
  json manifest = {{"RepoTags", json::array({tag})}, {"Layers", json::array()}};
  std::vector<TarFile> files;
  for (const Layer& layer : layers) {
    const std::string id = digest_of(layer.plain);
    config["rootfs"]["diff_ids"].push_back("sha256:" + id);
    manifest["Layers"].push_back(id + "/layer.tar");
    files.push_back(file(id + "/layer.tar", layer.bytes));
  }
  manifest["Config"] = digest_of(config.dump()) + ".json";
  files.push_back(file(manifest["Config"], config.dump()));
  files.push_back(file("manifest.json", json::array({manifest}).dump()));
  return files;
}

}  // namespace made
