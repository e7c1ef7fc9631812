#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rootlet::attest {

/// Image that something is stated about.
struct StatedImage {
  std::string name;
  std::string digest;  ///< of its manifest: "sha256:…"
};

inline constexpr const char* statement_media_type = "application/vnd.in-toto+json";

/// Type of a statement that says no more than that its signer stands for the image (cosign, "sign").
inline constexpr const char* signature_type = "https://sigstore.dev/cosign/sign/v1";

/// An in-toto statement (in-toto Attestation Framework 1.0, statement.md), one line of JSON.
std::string statement(const StatedImage& subject, const std::string& predicate_type,
                      const nlohmann::ordered_json& predicate);

}  // namespace rootlet::attest
