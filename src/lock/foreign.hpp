#pragma once

#include <string>
#include <vector>

#include "rootlet/lock.hpp"

namespace rootlet::lock {

/// Packages of a solution that are brought, without those of the base. Error: one is a file that the recipe names.
std::vector<const Package*> brought(const Solution& solution);

/// The repository of a package. Error: it is of none of these.
const RepoMetadata& repo_of(const Package& package, const std::vector<RepoMetadata>& repos);

/// Version and release, with the epoch where it is not 0: "1:3.0.7-27.el9".
std::string short_evr(const Nevra& nevra);

/// "sha256:0123…", by the names that hashes have outside of rpm-md: "sha1", not "sha".
std::string checksum_text(const Checksum& checksum);

/// A text as a value in a block of YAML.
std::string block_text(const std::string& text);

std::string rpms_lock_text(const std::vector<SolvedArch>& arches);
std::string packages_manifest_text(const std::vector<SolvedArch>& arches);

}  // namespace rootlet::lock
