#pragma once

#include <filesystem>
#include <string>

namespace rootlet::installed {

/// An image on disk, as a user named it.
struct NamedImage {
  std::filesystem::path path;
  std::string tag;  ///< as ReadOptions::tag; empty: none was named
};

/// Takes apart a name as skopeo and podman write it (containers-transports(5)): "oci:PATH[:TAG]",
/// "oci-archive:PATH[:TAG]", "docker-archive:PATH[:NAME[:TAG]]", "dir:PATH". Anything else is a path; so is what exists
/// under that very name. `tag`: what was chosen besides. Error (ErrorKind::usage): both name one, and not the same.
NamedImage named_image(const std::string& name, const std::string& tag);

}  // namespace rootlet::installed
