#pragma once

#include <string>
#include <string_view>

namespace rootlet::registry {

/// Name of an image in a registry: "docker://HOST[:PORT]/PATH[:TAG][@DIGEST]", as skopeo and podman write it
/// (containers-transports(5)).
struct ImageReference {
  std::string host;        ///< with its port
  std::string repository;  ///< "team/nginx"
  std::string tag;         ///< "latest" where the name has neither tag nor digest; else empty where it has none
  std::string digest;      ///< "sha256:…"; empty: none

  /// The name by which a registry knows the manifest: the digest, where there is one.
  [[nodiscard]] const std::string& manifest() const noexcept { return digest.empty() ? tag : digest; }
  /// "HOST/PATH:TAG@DIGEST".
  [[nodiscard]] std::string str() const;
};

inline constexpr std::string_view scheme = "docker://";

/// Whether a target is meant to be in a registry.
bool is_reference(std::string_view text) noexcept;

/// Errors (ErrorKind::usage): no host; what is no path, tag or digest (distribution-spec 1.1, "Pulling manifests").
ImageReference parse_reference(const std::string& text);

}  // namespace rootlet::registry
