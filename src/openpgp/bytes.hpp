#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rootlet::openpgp {

/// Reads numbers and strings off the front of bytes. Whoever reads past the end gets nothing and sees failed().
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  /// A big-endian number of `size` bytes, at most eight; 0 past the end.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : take(size)) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
  }

  /// The next `size` bytes; none past the end.
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

/// A packet without its header.
struct Packet {
  int tag = 0;
  std::string_view body;
};

/// The next packet; nothing where the bytes do not begin with a whole one.
std::optional<Packet> next_packet(Bytes& bytes);

/// Lower-case hexadecimal.
std::string hex(std::string_view bytes);

}  // namespace rootlet::openpgp
