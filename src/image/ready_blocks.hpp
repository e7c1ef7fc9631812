#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/fs.hpp"

namespace rootlet::image {

/// The content of a file of at least so many bytes is kept apart (Sink::begin_content()): four fifths of an image are
/// in such files, and blocks of their own make a layer hardly larger (reports/gzip.md). Part of the identity of what is
/// compressed.
inline constexpr std::uint64_t apart_from = 1U << 16U;

/// Compressed blocks of files' contents, by the SHA-256 of what they were made of: so whoever finds one can be sure
/// that it is the right one, whatever became of the file meanwhile. For several threads at once.
class ReadyBlocks {
 public:
  /// Keeps them in a file without a name in `place`. Error: it cannot be made.
  explicit ReadyBlocks(const OpenDirectory& place);

  [[nodiscard]] bool has(const std::string& digest) const;
  /// Nothing: there is none, or it cannot be read.
  [[nodiscard]] std::optional<std::string> find(const std::string& digest) const;
  /// Does nothing where there is one. Error: it cannot be written.
  void add(const std::string& digest, std::string_view compressed);

 private:
  struct Stretch {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
  };

  mutable std::mutex mutex_;
  Fd file_;
  std::uint64_t end_ = 0;
  std::map<std::string, Stretch> stretches_;
};

}  // namespace rootlet::image
