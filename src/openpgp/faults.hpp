#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "openpgp/packets.hpp"

namespace rootlet::openpgp {

/// Fault of a key or of a signature by it.
enum class FaultKind {
  revoked,
  expired,            ///< the key, at the time of the signature
  signature_expired,  ///< the signature on the package, by now
  from_the_future,    ///< the signature on the package is dated more than a day after now
  weak_binding,       ///< all that binds the key to its certificate is made with a broken hash
  weak_signature,     ///< the signature on the package is made with a broken hash
  short_key,          ///< RSA or DSA of less than 2,048 bits
  not_for_signing,
  not_bound,  ///< a subkey without a signature by its primary key
};

struct Fault {
  FaultKind kind;
  std::int64_t when = 0;    ///< of what has expired or was revoked: seconds since 1970
  int number = 0;           ///< the hash, or the bits
  int algorithm = 0;        ///< of a short key
  bool of_primary = false;  ///< it is the certificate's primary key that has it, not the signing subkey
};

/// Finds what can be held against `certificate.keys[key]` for a signature made at `signed_at`; against the primary key,
/// too, for a subkey.
std::vector<Fault> faults_of(const Certificate& certificate, std::size_t key, std::int64_t signed_at);

/// Finds what can be held against a signature on a package at the time `now`, whatever its key.
std::vector<Fault> faults_of(const Signature& signature, std::int64_t now);

/// "it expired on 2019-05-01", "its self-signature is made with SHA-1", in the order in which they weigh, with "and".
std::string words(const std::vector<Fault>& faults);

}  // namespace rootlet::openpgp
