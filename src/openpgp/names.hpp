#pragma once

#include <string>

namespace rootlet::openpgp {

// Numbers of RFC 9580, section 9, and of its draft on post-quantum cryptography.
inline constexpr int rsa = 1;
inline constexpr int rsa_sign = 3;
inline constexpr int dsa = 17;
inline constexpr int ecdsa = 19;
inline constexpr int eddsa = 22;
inline constexpr int ed25519 = 27;
inline constexpr int ed448 = 28;
inline constexpr int first_post_quantum = 30;

inline constexpr int md5 = 1;
inline constexpr int sha1 = 2;
inline constexpr int ripemd160 = 3;

/// "RSA", "ECDSA", "ML-DSA-65+Ed25519"; "public key algorithm 99" for a number without a name.
std::string algorithm_name(int algorithm);

/// "SHA-256", "SHA-1"; "hash algorithm 99" for a number without a name.
std::string hash_name(int hash);

/// Whether collisions of the hash can be made: MD5, SHA-1 and RIPEMD-160.
bool is_weak_hash(int hash) noexcept;

}  // namespace rootlet::openpgp
