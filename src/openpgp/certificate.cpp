#include "base/digest.hpp"
#include "bytes.hpp"
#include "openpgp/names.hpp"
#include "openpgp/packets.hpp"
#include "rootlet/error.hpp"

namespace rootlet::openpgp {
namespace {

constexpr int signature_tag = 2;
constexpr int secret_key_tag = 5;
constexpr int public_key_tag = 6;
constexpr int user_id_tag = 13;
constexpr int subkey_tag = 14;

std::string big_endian(std::size_t value, unsigned size) {
  std::string bytes;
  while (size-- > 0) bytes += static_cast<char>(value >> (8 * size) & 0xffU);
  return bytes;
}

/// Fingerprint and id of a key packet, by its version (RFC 9580, section 5.5.4).
void identify(Key& key, std::string_view body) {
  if (key.version == 4) {
    key.fingerprint = digest_of("\x99" + big_endian(body.size(), 2) + std::string(body), DigestType::sha1);
    key.id = key.fingerprint.substr(24);
  } else if (key.version == 6) {
    key.fingerprint = digest_of("\x9b" + big_endian(body.size(), 4) + std::string(body), DigestType::sha256);
    key.id = key.fingerprint.substr(0, 16);
  }
}

Key read_key(std::string_view body) {
  Bytes bytes(body);
  Key key;
  key.version = static_cast<int>(bytes.number(1));
  key.created = static_cast<std::int64_t>(bytes.number(4));
  if (key.version == 2 || key.version == 3) bytes.number(2);
  key.algorithm = static_cast<int>(bytes.number(1));
  if (key.version == 6) bytes.number(4);
  if (key.algorithm >= rsa && key.algorithm <= rsa_sign) {
    key.bits = bytes.number(2);
    const std::string_view modulus = bytes.take((key.bits + 7) / 8);
    if (key.version < 4 && modulus.size() >= 8) key.id = hex(modulus.substr(modulus.size() - 8));
  } else if (key.algorithm == dsa) {
    key.bits = bytes.number(2);
  }
  identify(key, body);
  return key;
}

/// Puts a signature of the certificate where it belongs: the primary key's, or the last subkey's. Those by the primary
/// key count; who else has signed says nothing of the key.
void place(Certificate& certificate, const Signature& signature) {
  const Key& primary = certificate.keys.front();
  const bool own =
      signature.fingerprint.empty() ? signature.issuer == primary.id : signature.fingerprint == primary.fingerprint;
  if (!own) {
    certificate.foreign.push_back(signature);
    return;
  }
  Key& last = certificate.keys.back();
  switch (signature.type) {
    case 0x10:
    case 0x11:
    case 0x12:
    case 0x13:
    case 0x1f: certificate.keys.front().bindings.push_back(signature); break;
    case 0x20: certificate.keys.front().revocations.push_back(signature); break;
    case 0x18:
      if (certificate.keys.size() > 1) last.bindings.push_back(signature);
      break;
    case 0x28:
      if (certificate.keys.size() > 1) last.revocations.push_back(signature);
      break;
    default: break;
  }
}

}  // namespace

std::vector<Certificate> read_certificates(std::string_view packets) {
  std::vector<Certificate> certificates;
  for (Bytes bytes(packets); !bytes.empty();) {
    const std::string_view before = bytes.rest();
    const auto packet = next_packet(bytes);
    if (!packet) throw Error("it is damaged");
    const std::string_view whole = before.substr(0, before.size() - bytes.rest().size());
    if (packet->tag == secret_key_tag) throw Error("it holds a private key, not a public one");
    if (packet->tag == public_key_tag) {
      certificates.emplace_back();
      certificates.back().keys.push_back(read_key(packet->body));
    } else if (certificates.empty()) {
      throw Error("it is not an OpenPGP public key");
    }
    Certificate& certificate = certificates.back();
    certificate.packets += whole;
    if (packet->tag == subkey_tag) certificate.keys.push_back(read_key(packet->body));
    if (packet->tag == user_id_tag && certificate.user_id.empty()) certificate.user_id = packet->body;
    if (packet->tag == signature_tag) {
      if (const auto signature = read_signature(whole)) place(certificate, *signature);
    }
  }
  return certificates;
}

}  // namespace rootlet::openpgp
