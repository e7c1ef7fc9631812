#pragma once

#include <vector>

#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::repo {

/// Warns of what makes the way to repositories less safe than a user may think: servers that need not prove who they
/// are, files of passwords and keys that everybody can read.
void warn_of_access(const std::vector<RepoSpec>& repos, Progress& progress);

}  // namespace rootlet::repo
