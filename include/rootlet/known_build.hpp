#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::make {

/// Digests of the manifests of images that others are built on, by their names and architectures: each is looked up
/// once.
using KnownBases = std::map<std::pair<std::string, std::string>, std::string>;

/// Facts of a build that are known before anything is solved.
struct KnownBuild {
  std::optional<std::string> key;  ///< name of all that decides what it makes; nothing: that is not known
  std::string base_digest;         ///< of the manifest of the image that it is built on; empty: there is none
};

/// The recipe with what its files require, its metadata at hand: `repos`, in its order. Errors: as look_into_files();
/// the base cannot be opened.
KnownBuild known_before(Recipe& recipe, const std::vector<RepoMetadata>& repos, const BuildOptions& options,
                        const Environment& environment, KnownBases& bases, Progress& progress);

}  // namespace rootlet::make
