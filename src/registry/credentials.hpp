#pragma once

#include <optional>
#include <string>

#include "reference.hpp"

namespace rootlet::registry {

/// Who asks a registry.
struct Credentials {
  std::string user, password;
  std::string identity_token;  ///< OAuth 2 refresh token; empty: none
};

/// The credentials for a repository from where podman, skopeo and docker login leave them, in this order: the file that
/// REGISTRY_AUTH_FILE names (then no other), XDG_RUNTIME_DIR/containers/auth.json,
/// XDG_CONFIG_HOME/containers/auth.json, DOCKER_CONFIG/config.json or ~/.docker/config.json (containers-auth.json(5)).
/// Of a file, the entry of the longest path that leads to the repository counts; credential helpers
/// (docker-credential-NAME) are asked where a file names one for the host. Nothing: nobody in particular asks. Errors:
/// a file that is no JSON; a helper that fails.
std::optional<Credentials> credentials_for(const ImageReference& reference);

}  // namespace rootlet::registry
