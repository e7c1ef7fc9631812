#pragma once

#include <filesystem>

#include "pool.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::solv {

/// An empty repository. Priority and cost are libsolv's priority and subpriority.
::Repo& create_repo(::Pool& pool, const RepoSpec& spec);

/// Parses the repositories that have no .solv file yet, as many at once as there are processors.
/// Error: as load_primary().
void parse_ahead(const std::vector<RepoMetadata>& repos, const std::filesystem::path& cache_dir, Progress& progress);

/// Adds the packages to an empty repository: from its .solv file in `cache_dir` where there is a good one, else from
/// one that an isolated process makes of primary.xml, leaving it for the next time. `progress`: told of a damaged file,
/// and of one that cannot be written. Errors: "repository 'x': cannot parse primary.xml: …", also where that takes too
/// much memory or time; a rich dependency that is too long.
void load_primary(::Repo& repo, const RepoMetadata& metadata, const std::filesystem::path& cache_dir,
                  Progress& progress);

/// Adds the complete file lists to a loaded repository, cached in the same way.
void load_filelists(::Repo& repo, const RepoMetadata& metadata, const std::filesystem::path& cache_dir,
                    Progress& progress);

/// The content of a metadata file, uncompressed; at most 64 MB. Error: "repository 'x': cannot read '…': …".
std::string read_unpacked(const std::string& repo, const std::filesystem::path& path);

/// Adds package files named by the recipe as the repository "@commandline"; the result has the order of `files`.
/// Errors: "cannot read package 'x.rpm': …"; a rich dependency that is too long.
std::vector<Id> load_package_files(::Pool& pool, const std::vector<std::string>& files);

}  // namespace rootlet::solv
