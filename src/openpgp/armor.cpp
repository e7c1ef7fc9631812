#include "openpgp/armor.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rootlet/error.hpp"

namespace rootlet::openpgp {
namespace {

constexpr std::string_view armor_begin = "-----BEGIN PGP ";
constexpr std::string_view armor_end = "-----END PGP ";
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view dashes = "-----";
constexpr std::string_view public_key = "PUBLIC KEY BLOCK";
constexpr std::string_view private_key = "PRIVATE KEY BLOCK";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view blank = " \t\r";
  const std::size_t first = line.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(blank) - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Decodes base64 a line at a time; what follows the padding is an error.
class Base64 {
 public:
  /// Whether the line is base64 in this place.
  [[nodiscard]] bool add(std::string_view line) {
    for (const char c : line) {
      if (c == '=') {
        ++padding_;
        continue;
      }
      const std::size_t digit = alphabet.find(c);
      if (digit == std::string_view::npos || padding_ != 0) return false;
      bits_ = bits_ << 6U | static_cast<std::uint32_t>(digit);
      if (++digits_ % 4 == 0) take(3);
    }
    return true;
  }

  /// The bytes; nothing if the text is cut off.
  [[nodiscard]] std::optional<std::string> finish() {
    const unsigned rest = digits_ % 4;
    // Padding may be left out, but not be too long or too short.
    if (rest == 1 || (padding_ != 0 && (rest == 0 || rest + padding_ != 4))) return std::nullopt;
    if (rest != 0) {
      bits_ <<= 6U * (4 - rest);
      take(rest - 1);
    }
    return bytes_;
  }

 private:
  void take(unsigned count) {
    for (unsigned i = 0; i < count; ++i) bytes_ += static_cast<char>(bits_ >> (16 - 8 * i) & 0xffU);
    bits_ = 0;
  }

  std::string bytes_;
  std::uint32_t bits_ = 0;
  unsigned digits_ = 0;
  unsigned padding_ = 0;
};

/// CRC-24 of RFC 9580, section 6.1.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t crc = 0xb704ce;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 16U;
    for (int i = 0; i < 8; ++i) {
      crc <<= 1U;
      if ((crc & 0x1000000U) != 0) crc ^= 0x1864cfbU;
    }
  }
  return crc & 0xffffffU;
}

Error damaged(std::size_t line, const std::string& how = {}) {
  return Error("its armor is damaged (" + (how.empty() ? "" : how + ", ") + "line " + std::to_string(line + 1) + ")");
}

/// Decodes the block whose first line after "-----BEGIN" is `at`; leaves `at` behind its end.
std::string block(const std::vector<std::string_view>& lines, std::size_t& at) {
  const std::size_t start = at;
  while (at < lines.size() && lines[at].find(':') != std::string_view::npos) ++at;
  Base64 body;
  std::optional<std::string_view> crc;
  for (; at < lines.size() && !lines[at].starts_with(armor_end); ++at) {
    const std::string_view line = lines[at];
    if (line.empty()) continue;
    if (crc) throw damaged(at, "something follows its checksum");
    if (line.size() == 5 && line.front() == '=') {
      crc = line.substr(1);
    } else if (!body.add(line)) {
      throw damaged(at);
    }
  }
  if (at >= lines.size()) throw damaged(start, "it has no end");
  std::optional<std::string> bytes = body.finish();
  if (!bytes) throw damaged(at, "it is cut off");
  if (crc) {
    Base64 sum;
    const auto said = sum.add(*crc) ? sum.finish() : std::nullopt;
    const std::uint32_t is = checksum(*bytes);
    const std::array<char, 3> expected{static_cast<char>(is >> 16U), static_cast<char>(is >> 8U),
                                       static_cast<char>(is)};
    if (!said || *said != std::string_view(expected.data(), expected.size())) {
      throw damaged(at, "its checksum does not fit");
    }
  }
  ++at;
  return *bytes;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  Base64 body;
  for (const std::string_view line : lines_of(text)) {
    if (!body.add(line)) return std::nullopt;
  }
  return body.finish();
}

std::vector<KeyBlock> key_blocks(const std::string& file) {
  if (!file.empty() && (static_cast<unsigned char>(file[0]) & 0x80U) != 0 && !file.starts_with(byte_order_mark)) {
    return {{file, {}, 0}};
  }
  const std::vector<std::string_view> lines = lines_of(file);
  std::vector<KeyBlock> blocks;
  bool is_private = false;
  for (std::size_t i = 0; i < lines.size();) {
    std::string_view kind = lines[i];
    if (kind.starts_with(byte_order_mark)) kind.remove_prefix(byte_order_mark.size());
    if (!kind.starts_with(armor_begin) || !kind.ends_with(dashes) || kind.size() < armor_begin.size() + dashes.size()) {
      ++i;
      continue;
    }
    kind = kind.substr(armor_begin.size(), kind.size() - armor_begin.size() - dashes.size());
    is_private = is_private || kind == private_key;
    const std::size_t line = ++i;
    if (kind != public_key) continue;
    try {
      blocks.push_back({block(lines, i), {}, line});
      if (blocks.back().packets.empty()) blocks.pop_back();
    } catch (const Error& error) {
      blocks.push_back({{}, error.what(), line});
      i = line;  // another one may begin within what is damaged
    }
  }
  if (blocks.empty() && is_private) throw Error("it holds a private key, not a public one");
  if (blocks.empty()) throw Error("it is not an OpenPGP public key");
  return blocks;
}

std::string key_packets(const std::string& file) {
  const std::vector<KeyBlock> blocks = key_blocks(file);
  std::string packets;
  for (const KeyBlock& each : blocks) packets += each.packets;
  if (packets.empty()) throw Error(blocks.front().problem);
  return packets;
}

}  // namespace rootlet::openpgp
