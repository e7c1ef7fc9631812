#pragma once

#include <string>

namespace rootlet::attest {

/// Artifact type of what Signer gives (Sigstore, cosign's BUNDLE_SPEC).
inline constexpr const char* bundle_media_type = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// Signs statements with a key, by cosign(1), which is asked for nothing over the network: no transparency log.
class Signer {
 public:
  /// `key`: a file as `cosign generate-key-pair` makes it, or a URI that cosign takes. The password of a file is in
  /// COSIGN_PASSWORD. Errors: there is no cosign that can do it; it does not take the
  /// key.
  explicit Signer(std::string key);

  /// The statement in a Sigstore bundle: JSON with a DSSE envelope. Error: cosign's own words.
  [[nodiscard]] std::string sign(const std::string& statement) const;

 private:
  std::string key_;
};

}  // namespace rootlet::attest
