#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rootlet {

/// Result of pushing an image to a registry.
struct PushResult {
  std::string image;                 ///< "HOST/PATH:TAG"
  std::string digest;                ///< of its manifest or index
  std::size_t uploaded = 0;          ///< blobs
  std::uint64_t uploaded_bytes = 0;  ///< of these
  std::size_t mounted = 0;           ///< blobs that the registry took from another repository
  std::size_t there = 0;             ///< blobs that were there already
  std::size_t referrers = 0;         ///< documents about the image that went with it
};

}  // namespace rootlet
