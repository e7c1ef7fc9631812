#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fs.hpp"

namespace rootlet::registry {

/// A blob by its digest ("sha256:…") and its size in bytes.
struct Blob {
  std::string digest;
  std::uint64_t size = 0;
};

/// Blobs that were brought once, each in a file that has its digest for a name.
class BlobCache {
 public:
  explicit BlobCache(const std::filesystem::path& cache_dir) : directory_(cache_dir / "blobs") {}

  /// The file of a blob, open for reading; nothing where there is none with that size and digest.
  [[nodiscard]] std::optional<Fd> find(const Blob& blob) const;

  /// The content of a small blob; nothing where there is none with that digest.
  [[nodiscard]] std::optional<std::string> text(const std::string& digest) const;

  /// Takes the bytes that `bring` passes on. Error: they do not have the digest. Nothing is kept then.
  void add(const Blob& blob, const std::function<void(const std::function<void(std::string_view)>& take)>& bring) const;

 private:
  [[nodiscard]] std::filesystem::path file_of(const std::string& digest) const;

  std::filesystem::path directory_;
};

}  // namespace rootlet::registry
