#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "documents.hpp"
#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::make {

/// Name of all that decides what a build makes and says, as far as it is known before anything is solved: the program
/// with its libraries, the recipe with all files that it names, keys too, how the set is looked for, the state of its
/// repositories or the lock, the output's form. Nothing where that is not known: a repository without a state, a key of
/// cosign's.
std::optional<std::string> build_key(const Recipe& recipe, const BuildOptions& options, const Environment& environment,
                                     const std::vector<RepoState>& repos, const std::string& base_digest);

/// Words on a finished build whose output is still there: each file as it was, and none besides. Nothing:
/// build it.
std::optional<Unchanged> find_unchanged(const std::filesystem::path& cache_dir, const std::string& key,
                                        const std::filesystem::path& out);

/// remember() of a build with this output and key; an empty key: it is not to be remembered.
void remember_output(const std::filesystem::path& out, const std::string& key, const std::filesystem::path& cache_dir,
                     const Unchanged& said, Progress& progress);

}  // namespace rootlet::make
