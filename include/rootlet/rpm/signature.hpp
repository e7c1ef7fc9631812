#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rootlet::rpm {

/// OpenPGP public keys of one repository; knows nothing of the host's keyring.
class Keyring {
 public:
  Keyring();
  ~Keyring();
  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;

  /// Adds every key (and its subkeys) of an ASCII-armored or binary certificate file. `origin` is for messages.
  void add(const std::string& certificate, const std::string& origin);
  [[nodiscard]] bool empty() const noexcept;

 private:
  friend std::string verify(const std::filesystem::path&, const Keyring&);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Checks digests and the OpenPGP signature of a package file; header and payload both must be covered.
/// Returns the id of the key that signed it.
/// Errors: "not signed", "signed by the unknown key 8483c65d", "bad digest of its payload", …
std::string verify(const std::filesystem::path& package, const Keyring& keyring);

/// Checks only the digests that the package itself states (for repositories with gpgcheck: false).
void verify_digests(const std::filesystem::path& package);

}  // namespace rootlet::rpm
