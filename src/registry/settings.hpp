#pragma once

#include <chrono>
#include <filesystem>

namespace rootlet::registry {

/// How registries are reached.
struct Settings {
  std::filesystem::path cache_dir;   ///< blobs are kept below
  bool offline = false;              ///< only what the cache holds
  bool insecure = false;             ///< without TLS where the registry has none, and whatever its certificate
  std::chrono::seconds timeout{30};  ///< without a byte
};

}  // namespace rootlet::registry
