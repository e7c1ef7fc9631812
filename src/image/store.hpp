#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rootlet/progress.hpp"
#include "stream/source.hpp"

namespace rootlet::image {

inline constexpr std::uint64_t largest_file = 16'000'000;  ///< of JSON (bytes)

/// The files that an image consists of, by their paths: "index.json", "blobs/sha256/…". One file at a time is read.
class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  [[nodiscard]] virtual bool has(const std::string& name) const = 0;
  /// Size in bytes. Error: it is not there.
  [[nodiscard]] virtual std::uint64_t size(const std::string& name) const = 0;
  /// The content; whatever was opened before can be read no more.
  virtual std::unique_ptr<stream::Source> open(const std::string& name) = 0;

  /// Brings files that are far away, as one task of `progress`, before they are opened.
  virtual void bring(const std::vector<std::string>& /*names*/, Progress& /*progress*/) {}

  /// The whole of a small file. Error: it has more than `largest_file`.
  std::string read(const std::string& name);
};

/// Files below a directory, or in a tar that may be compressed. A compressed one is read anew for a file that comes
/// before the last one that was read; it may unpack to as much as check_unpacked() allows.
std::unique_ptr<Store> open_store(const std::filesystem::path& path, std::uint64_t unpacked_limit);

}  // namespace rootlet::image
