#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/fs.hpp"
#include "image/read.hpp"

namespace rootlet::image {

/// A tar that is no image: as it is, or compressed with gzip, zstd, xz or bzip2. Open for as long as it lives, and read
/// as often as is asked.
class TarFile {
 public:
  /// Errors: the file cannot be opened; it is no tar.
  explicit TarFile(const std::filesystem::path& path, std::uint64_t unpacked_limit = default_unpacked_limit);

  using Visit = std::function<void(const LayerEntry&, Content&)>;
  /// Goes through the entries in their order. `visit` need not read the content. Errors: the tar is damaged; it unpacks
  /// to more than 200 times its size and more than the limit.
  void read(const Visit& visit, Progress& progress) const;

 private:
  std::string name_;
  Fd fd_;
  std::uint64_t size_ = 0;
  std::uint64_t limit_;
};

}  // namespace rootlet::image
