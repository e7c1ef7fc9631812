#include "java_keystore.hpp"

#include "base/digest.hpp"

// The format as OpenJDK's sun.security.provider.JavaKeyStore reads it; all numbers are big-endian:
//   u32 0xfeedfeed, u32 2, u32 number of entries,
//   each: u32 2 (a trusted certificate), string alias, u64 date in milliseconds, string type, u32 length, certificate
//   SHA-1 of the password in UTF-16, "Mighty Aphrodite", and all that is before
// A string is its length in a u16, and that many bytes.

namespace rootlet::rootfs {
namespace {

constexpr std::uint64_t magic = 0xfeedfeed;
constexpr std::uint64_t version = 2;
constexpr std::uint64_t trusted_certificate = 2;
constexpr std::string_view password = "changeit";
constexpr std::string_view phrase = "Mighty Aphrodite";
constexpr std::size_t digest_size = 20;

/// Reads from the front; `failed` where there was too little.
struct Reader {
  std::string_view rest;
  bool failed = false;

  std::string_view bytes(std::uint64_t count) {
    failed = failed || count > rest.size();
    if (failed) return {};
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : bytes(size)) value = value << 8U | static_cast<unsigned char>(byte);
    return value;
  }
  void skip_string() { bytes(number(2)); }
};

std::string digest_of_keystore(std::string_view body) {
  std::string secret;
  for (const char letter : password) secret += std::string("\0", 1) + letter;
  const std::string hex = digest_of(secret + std::string(phrase) + std::string(body), DigestType::sha1);
  std::string raw;
  for (std::size_t i = 0; i < hex.size(); i += 2) raw += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return raw;
}

void put_date(std::string& body, std::size_t at, std::uint64_t milliseconds) {
  for (std::size_t i = 0; i < 8; ++i) body[at + i] = static_cast<char>(milliseconds >> (56U - 8U * i) & 0xffU);
}

}  // namespace

std::optional<std::string> keystore_dated_until(std::string_view keystore, std::int64_t latest, std::int64_t made) {
  if (keystore.size() < digest_size) return std::nullopt;
  std::string body(keystore.substr(0, keystore.size() - digest_size));
  const std::string before = body;
  Reader reader{before};
  if (reader.number(4) != magic || reader.number(4) != version) return std::nullopt;
  for (std::uint64_t left = reader.number(4); left > 0; --left) {
    if (reader.number(4) != trusted_certificate) return std::nullopt;
    reader.skip_string();
    const std::size_t at = before.size() - reader.rest.size();
    const std::uint64_t milliseconds = reader.number(8);
    reader.skip_string();
    reader.bytes(reader.number(4));
    if (reader.failed) return std::nullopt;
    const auto date = static_cast<std::int64_t>(milliseconds / 1000);
    if (date >= made || date > latest) put_date(body, at, static_cast<std::uint64_t>(latest) * 1000);
  }
  const bool whole = !reader.failed && reader.rest.empty();
  if (!whole || digest_of_keystore(before) != keystore.substr(keystore.size() - digest_size)) return std::nullopt;
  return body + digest_of_keystore(body);
}

}  // namespace rootlet::rootfs
