#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "image/write.hpp"

/// Tars and images made by hand, proper and improper ones.
namespace made {

namespace fs = std::filesystem;
using nlohmann::json;

/// An entry of a tar.
struct TarFile {
  std::string path;
  char type =
      '0';  ///< as in the header: '1' hard link, '2' symbolic link, '3' and '4' devices, '5' directory, '6' fifo
  std::string content = {};
  std::string target = {};
  unsigned mode = 0644;
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::int64_t mtime = 0;
  std::map<std::string, std::string> pax = {};  ///< records of an extended header before it
};

TarFile file(const std::string& path, const std::string& content = "");
TarFile directory(const std::string& path, unsigned mode = 0755);
TarFile soft_link(const std::string& path, const std::string& target);
TarFile hard_link(const std::string& path, const std::string& target);
/// A deletion of `path`.
TarFile whiteout(const std::string& path);
TarFile opaque(const std::string& directory);
/// The attribute security.capability, raw: cap_net_raw=ep.
extern const std::string net_raw;

/// A header of 512 bytes; `size` is what it says of the content.
std::string tar_header(const TarFile& file, std::uint64_t size,
                       const std::string& magic = std::string("ustar\00000", 8));
/// The checksum is made right again after a change.
void seal(std::string& header);
/// A header, what is before it, the content with its padding.
std::string tar_entry(const TarFile& file);
/// Records as they are in an extended header.
std::string pax_records(const std::map<std::string, std::string>& records);
std::string padded(std::string bytes);
std::string tar(const std::vector<TarFile>& files);

std::string compressed(const std::string& bytes, rootlet::image::Compression compression);
inline std::string gzipped(const std::string& bytes) { return compressed(bytes, rootlet::image::Compression::gzip); }

/// A layer, as it is stored.
struct Layer {
  std::string bytes;  ///< of the blob
  std::string plain;  ///< the tar
  std::string media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
};
Layer layer(const std::vector<TarFile>& files);

/// An OCI layout in a directory, which is made.
class Layout {
 public:
  explicit Layout(fs::path path);

  /// Stores bytes; returns their descriptor.
  json blob(const std::string& bytes, const std::string& media_type) const;
  [[nodiscard]] fs::path blob_path(const json& descriptor) const;
  /// Stores an image of these layers; returns its manifest's descriptor.
  json image(const std::vector<Layer>& layers, const json& config = json::object()) const;
  /// Writes index.json.
  void index(const std::vector<json>& manifests) const;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The descriptor with the annotation that names it.
json named(json descriptor, const std::string& name);
json on_platform(json descriptor, const std::string& arch, const std::string& variant = "");

/// A layout with one image of these layers, named "latest".
fs::path oci_image(const fs::path& path, const std::vector<std::vector<TarFile>>& layers);

/// What `docker save` writes, as a tar's entries.
std::vector<TarFile> docker_archive(const std::vector<Layer>& layers, const std::string& tag = "test:latest");

void write(const fs::path& path, const std::string& bytes);

}  // namespace made
