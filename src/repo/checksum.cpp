#include "checksum.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "rootlet/error.hpp"

namespace rootlet::repo {
namespace {

constexpr const char* broken_hint = "the repository is broken or was tampered with";

std::size_t hex_length(DigestType type) {
  switch (type) {
    case DigestType::md5: return 32;
    case DigestType::sha1: return 40;
    case DigestType::sha224: return 56;
    case DigestType::sha256: return 64;
    case DigestType::sha384: return 96;
    case DigestType::sha512: return 128;
  }
  return 0;
}

}  // namespace

Checksum checked_checksum(const std::string& type, const std::string& hex) {
  if (type.empty() || hex.empty()) throw Error("the metadata states no checksum of it", broken_hint);
  const DigestType digest = digest_type(type);
  if (digest == DigestType::md5) {
    throw Error("its only checksum is MD5, which proves nothing", "ask who publishes the repository for SHA-256");
  }
  Checksum checksum{std::string(digest_name(digest)), hex};
  for (char& c : checksum.hex) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (checksum.hex.size() != hex_length(digest) || !std::all_of(checksum.hex.begin(), checksum.hex.end(), is_hex)) {
    throw Error("'" + printable(hex) + "' is no " + checksum.type + " checksum", broken_hint);
  }
  return checksum;
}

}  // namespace rootlet::repo
