#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rootlet::stream {

/// A buffer that is filled from its beginning.
struct Room {
  std::span<char> bytes;
  std::size_t used = 0;

  /// Error: it does not fit.
  void append(std::string_view text);
  [[nodiscard]] std::string_view text() const { return {bytes.data(), used}; }
};

/// Data in a compressed format that stores them as they are: readers of the format take them at the speed of a copy.
class StoredForm {
 public:
  /// Most bytes that are added to a piece, and that beginning and end have.
  static constexpr std::size_t most_added = 128;

  StoredForm() = default;
  StoredForm(const StoredForm&) = delete;
  StoredForm& operator=(const StoredForm&) = delete;
  virtual ~StoredForm() = default;

  virtual void begin(Room& to) = 0;
  /// `plain` has at least one byte and at most 128 kB.
  virtual void piece(std::string_view plain, Room& to) = 0;
  virtual void end(Room& to) = 0;
};

/// "gzip" (RFC 1952), "xz" (its file format 1.2) and "zstd" (RFC 8878), as packages name them in PAYLOADCOMPRESSOR.
/// nullptr: another format; bzip2 and LZMA cannot store.
std::unique_ptr<StoredForm> stored_form(std::string_view compressor);

}  // namespace rootlet::stream
