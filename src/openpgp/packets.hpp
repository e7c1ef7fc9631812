#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet::openpgp {

/// A signature packet's facts, none of them verified. Times in seconds since 1970, key ids and fingerprints in
/// lower-case hexadecimal, algorithms as numbers (see names.hpp).
struct Signature {
  int version = 0;
  int type = 0;
  int algorithm = 0;
  int hash = 0;
  std::int64_t created = 0;       ///< 0: it does not say
  std::int64_t lifetime = 0;      ///< of the signature, in seconds; 0: for ever
  std::int64_t key_lifetime = 0;  ///< of the key that it binds, in seconds since the key's making; 0: for ever
  std::optional<int> key_flags;   ///< uses of the key that it binds
  std::optional<int> revocation;  ///< why it revokes
  std::string issuer;             ///< 16 digits; empty: it does not say
  std::string fingerprint;        ///< of the issuer; empty: it does not say
  std::vector<int> critical;      ///< types of the subpackets that a reader must know, or else refuse it
  std::string salt;               ///< bytes that are hashed before what it signs; versions before 6 have none

  [[nodiscard]] bool has_expired(std::int64_t now) const { return lifetime != 0 && created + lifetime <= now; }
};

/// A primary key or a subkey, with the signatures that its certificate has directly for it (binding and revoking).
struct Key {
  int version = 0;
  int algorithm = 0;
  std::size_t bits = 0;  ///< of the modulus of RSA and DSA, else 0
  std::int64_t created = 0;
  std::string fingerprint;
  std::string id;                      ///< 16 digits
  std::vector<Signature> bindings;     ///< by the primary key: on its user ids and itself, or binding the subkey
  std::vector<Signature> revocations;  ///< by the primary key
};

/// An OpenPGP certificate: what a key file has one or several of.
struct Certificate {
  std::string packets;             ///< its bytes
  std::string user_id;             ///< the first
  std::vector<Signature> foreign;  ///< signatures in it by others
  std::vector<Key> keys;           ///< the primary key, then the subkeys
};

/// Reads a signature packet. Nothing: it is not one whole signature of a version that is known here.
std::optional<Signature> read_signature(std::string_view packet);

/// Takes the packets of a key file apart. A packet in a form that is not known here is passed over; what is malformed
/// as a whole is an error: "it is damaged", "it holds a private key".
std::vector<Certificate> read_certificates(std::string_view packets);

}  // namespace rootlet::openpgp
