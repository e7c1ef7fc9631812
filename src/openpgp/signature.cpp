#include <optional>

#include "bytes.hpp"
#include "openpgp/packets.hpp"

namespace rootlet::openpgp {

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4U];
    text += digits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

std::optional<Packet> next_packet(Bytes& bytes) {
  const auto first = static_cast<unsigned>(bytes.number(1));
  if ((first & 0x80U) == 0) return std::nullopt;
  Packet packet;
  std::uint64_t length = 0;
  if ((first & 0x40U) != 0) {
    packet.tag = static_cast<int>(first & 0x3fU);
    length = bytes.number(1);
    if (length == 255) {
      length = bytes.number(4);
    } else if (length >= 224) {  // in parts: only what is encrypted or compressed may be
      return std::nullopt;
    } else if (length >= 192) {
      length = ((length - 192) << 8U) + bytes.number(1) + 192;
    }
  } else {
    packet.tag = static_cast<int>(first >> 2U & 15U);
    if ((first & 3U) == 3) return std::nullopt;  // to the end of the file: likewise
    length = bytes.number(std::size_t{1} << (first & 3U));
  }
  packet.body = bytes.take(length);
  if (bytes.failed() || packet.tag == 0) return std::nullopt;
  return packet;
}

namespace {

/// Takes what a subpacket says. Only the issuer, a hint, is taken from the area that is not signed.
void take_subpacket(Signature& signature, int type, std::string_view body, bool hashed) {
  Bytes bytes(body);
  switch (type) {
    case 16:
      if (signature.issuer.empty()) signature.issuer = hex(bytes.take(8));
      return;
    case 33:
      bytes.number(1);
      signature.fingerprint = hex(bytes.rest());
      return;
    default:
      if (!hashed) return;
  }
  switch (type) {
    case 2: signature.created = static_cast<std::int64_t>(bytes.number(4)); break;
    case 3: signature.lifetime = static_cast<std::int64_t>(bytes.number(4)); break;
    case 9: signature.key_lifetime = static_cast<std::int64_t>(bytes.number(4)); break;
    case 27: signature.key_flags = static_cast<int>(bytes.number(body.empty() ? 0 : 1)); break;
    case 29: signature.revocation = static_cast<int>(bytes.number(body.empty() ? 0 : 1)); break;
    default: break;
  }
}

/// Whether the area is well formed.
bool take_area(Signature& signature, std::string_view area, bool hashed) {
  Bytes bytes(area);
  while (!bytes.empty()) {
    std::uint64_t length = bytes.number(1);
    if (length == 255) {
      length = bytes.number(4);
    } else if (length >= 192) {
      length = ((length - 192) << 8U) + bytes.number(1) + 192;
    }
    const std::string_view body = bytes.take(length);
    if (bytes.failed() || body.empty()) return false;
    const int type = static_cast<unsigned char>(body[0]);
    if ((type & 0x80) != 0) signature.critical.push_back(type & 0x7f);
    take_subpacket(signature, type & 0x7f, body.substr(1), hashed);
  }
  return true;
}

std::optional<Signature> body_of_version_3(Bytes bytes) {
  Signature signature;
  signature.version = 3;
  if (bytes.number(1) != 5) return std::nullopt;
  signature.type = static_cast<int>(bytes.number(1));
  signature.created = static_cast<std::int64_t>(bytes.number(4));
  signature.issuer = hex(bytes.take(8));
  signature.algorithm = static_cast<int>(bytes.number(1));
  signature.hash = static_cast<int>(bytes.number(1));
  return bytes.failed() ? std::nullopt : std::optional(signature);
}

}  // namespace

std::optional<Signature> read_signature(std::string_view packet) {
  Bytes outer(packet);
  const auto whole = next_packet(outer);
  if (!whole || whole->tag != 2 || !outer.empty()) return std::nullopt;
  Bytes bytes(whole->body);
  const auto version = static_cast<int>(bytes.number(1));
  if (version == 2 || version == 3) return body_of_version_3(bytes);
  if (version != 4 && version != 6) return std::nullopt;
  Signature signature;
  signature.version = version;
  signature.type = static_cast<int>(bytes.number(1));
  signature.algorithm = static_cast<int>(bytes.number(1));
  signature.hash = static_cast<int>(bytes.number(1));
  const std::size_t length_size = version == 6 ? 4 : 2;
  if (!take_area(signature, bytes.take(bytes.number(length_size)), true)) return std::nullopt;
  if (!take_area(signature, bytes.take(bytes.number(length_size)), false)) return std::nullopt;
  bytes.number(2);
  if (version == 6) signature.salt = bytes.take(bytes.number(1));
  if (bytes.failed()) return std::nullopt;
  if (signature.issuer.empty() && signature.fingerprint.size() >= 40) {
    signature.issuer =
        signature.fingerprint.size() == 64 ? signature.fingerprint.substr(0, 16) : signature.fingerprint.substr(24, 16);
  }
  return signature;
}

}  // namespace rootlet::openpgp
