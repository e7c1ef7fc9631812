#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "connection.hpp"
#include "repomd.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::repo {

/// The mirrors of one repository, or why they are not known.
struct ResolvedMirrors {
  MirrorList list;
  SharedConnection connection;  ///< to them
  std::string problem;
  std::string hint;  ///< the way out, where the fault is this machine's
};

/// Fetches the metalinks and mirror lists of all repositories in parallel; mirrors named by baseurl come last.
/// `scratch` is an existing directory for temporary files. The result has the order of `repos`.
std::vector<ResolvedMirrors> resolve_mirrors(const std::vector<const RepoSpec*>& repos,
                                             const std::filesystem::path& scratch, std::chrono::seconds timeout,
                                             Progress& progress);

/// Why a location of its own (an absolute URL in the metadata) may not be followed; empty when it may: what comes
/// over the network must not point into the local file system.
std::string refused_location(const std::string& location, const std::vector<std::string>& mirrors);

/// The same for a package of metadata in a directory of this machine: what lies outside of that directory is followed
/// only to a regular file whose name ends in .rpm.
std::string refused_package(const std::string& location, const std::vector<std::string>& mirrors);

}  // namespace rootlet::repo
