#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rpm/open_package.hpp"

namespace rootlet::rpm {

/// A key of a key file that this host's librpm does not take, and why, in words.
struct UnusableKey {
  std::string name;    ///< "24c6a8a7f4a80eb5 (CentOS-7 Key <security@centos.org>)"
  std::string origin;  ///< the key file
  std::string reason;
  std::string hint;
};

/// How a package is signed.
struct Signed {
  std::string key;                    ///< id of the key
  std::vector<std::string> weakness;  ///< weaknesses of the signatures that its repository lets pass, sorted
};

/// OpenPGP public keys of one repository; knows nothing of the host's keyring. The certificates that librpm takes
/// count; those that it does not are known, too, to be named when a package needs them.
class Keyring {
 public:
  Keyring();
  ~Keyring();
  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;

  /// Adds every key (and its subkeys) of an ASCII-armored or binary key file. `origin` is for messages. `allowed`:
  /// weaknesses of signatures by these keys that may pass (openpgp/policy.hpp).
  /// Errors: "<origin>: it is not an OpenPGP public key", "<origin>: its armor is damaged (line 7)", …
  void add(const std::string& file, const std::string& origin, const std::vector<std::string>& allowed = {});
  /// Whether there is no key that librpm takes.
  [[nodiscard]] bool empty() const noexcept;
  [[nodiscard]] std::vector<UnusableKey> unusable() const;

  struct Impl;

 private:
  friend Signed verify(const OpenPackage&, const Keyring&);
  friend void verify_header(const OpenPackage&, const Keyring&);
  std::unique_ptr<Impl> impl_;
};

/// Checks digests and the OpenPGP signatures of a package file; header and payload both must be covered. It is accepted
/// where librpm accepts it and rootlet's policy (openpgp/policy.hpp) has nothing against any of its signatures.
/// Errors: "it is not signed", "signed by the unknown key 8483c65d", "bad digest of its payload", …
Signed verify(const OpenPackage& package, const Keyring& keyring);

/// Checks only the digests that the package itself states (for repositories with gpgcheck: false).
void verify_digests(const OpenPackage& package);

/// Checks the header of a package file of which nothing else need be there: it must be signed itself, not only
/// together with the payload. Errors: as verify().
void verify_header(const OpenPackage& package, const Keyring& keyring);
/// The same for repositories with gpgcheck: false: digests of the header, if there are any, fit.
void verify_header_digests(const OpenPackage& package);

}  // namespace rootlet::rpm
