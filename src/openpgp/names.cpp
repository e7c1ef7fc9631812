#include "openpgp/names.hpp"

namespace rootlet::openpgp {

std::string algorithm_name(int algorithm) {
  switch (algorithm) {
    case 1:
    case 2:
    case 3: return "RSA";
    case 16: return "Elgamal";
    case 17: return "DSA";
    case 18: return "ECDH";
    case 19: return "ECDSA";
    case 22: return "EdDSA";
    case 25: return "X25519";
    case 26: return "X448";
    case 27: return "Ed25519";
    case 28: return "Ed448";
    case 30: return "ML-DSA-65+Ed25519";
    case 31: return "ML-DSA-87+Ed448";
    case 32: return "SLH-DSA-SHAKE-128s";
    case 33: return "SLH-DSA-SHAKE-128f";
    case 34: return "SLH-DSA-SHAKE-256s";
    case 35: return "ML-KEM-768+X25519";
    case 36: return "ML-KEM-1024+X448";
    default: return "public key algorithm " + std::to_string(algorithm);
  }
}

std::string hash_name(int hash) {
  switch (hash) {
    case 1: return "MD5";
    case 2: return "SHA-1";
    case 3: return "RIPEMD-160";
    case 8: return "SHA-256";
    case 9: return "SHA-384";
    case 10: return "SHA-512";
    case 11: return "SHA-224";
    case 12: return "SHA3-256";
    case 14: return "SHA3-512";
    default: return "hash algorithm " + std::to_string(hash);
  }
}

bool is_weak_hash(int hash) noexcept { return hash == md5 || hash == sha1 || hash == ripemd160; }

}  // namespace rootlet::openpgp
