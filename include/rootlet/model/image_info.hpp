#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rootlet {

/// A layer as its image describes it. Sizes in bytes.
struct LayerInfo {
  std::string digest;      ///< of the blob: "sha256:…"; in a docker-archive the diff_id
  std::string media_type;  ///< "application/vnd.oci.image.layer.v1.tar+gzip"; empty in a docker-archive
  std::uint64_t size = 0;  ///< of the blob
  std::uint64_t unpacked_size = 0;
  std::uint64_t files = 0;  ///< entries, whiteouts too
  std::string created_by;   ///< of its entry in the history; may be empty
};

/// An image's manifest and configuration (OCI image-spec 1.1; docker-archive: the same configuration).
struct ImageInfo {
  std::string digest;     ///< of the manifest; in a docker-archive, of the configuration
  std::string reference;  ///< the tag or reference name by which it was found; may be empty
  std::string os;
  std::string arch;  ///< OCI's name: "amd64"
  std::string variant;
  std::string created;
  std::string user;
  std::string workdir;
  std::string stop_signal;
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> env;  ///< "NAME=value", in the image's order
  std::vector<std::string> ports;
  std::vector<std::string> volumes;
  std::map<std::string, std::string> labels;
  std::vector<LayerInfo> layers;  ///< lowest first
  /// Of all layers' blobs, in bytes.
  [[nodiscard]] std::uint64_t compressed_size() const noexcept;
};

}  // namespace rootlet
