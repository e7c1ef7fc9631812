#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::repo {

struct MetadataOptions {
  std::filesystem::path cache_dir;
  bool offline = false;              ///< use the cache only
  std::chrono::seconds timeout{30};  ///< a server that is silent for so long has failed
};

/// The cache: `<cache_dir>/metadata/files` holds metadata by checksum, shared by all repositories, and
/// `metadata/<digest of where a repository comes from>/repomd.xml` is the last state that was loaded whole. Processes
/// may share it; one that is killed leaves at most partial downloads, which the next one continues or removes.
///
/// Brings the metadata of all repositories into the cache and verifies it: signature of repomd.xml where the
/// repository asks for it, then each file's size and checksum. Unchanged files are not fetched again.
/// The result has the order of `repos`.
/// Errors: "cannot load repository 'baseos': repomd.xml: …", with all mirrors tried.
std::vector<RepoMetadata> load_metadata(const std::vector<RepoSpec>& repos, const MetadataOptions& options,
                                        Progress& progress);

/// Fetches the file lists of one repository whose metadata load_metadata() has brought. Does nothing when it has
/// none; afterwards `metadata.filelists` is set or stays empty for good.
void load_filelists(RepoMetadata& metadata, const MetadataOptions& options, Progress& progress);

/// The same for the groups: sets `metadata.comps`.
void load_comps(RepoMetadata& metadata, const MetadataOptions& options, Progress& progress);

/// The same for the advisories, updateinfo.xml. Nothing: the repository has none.
std::optional<MetadataFile> load_updateinfo(const RepoMetadata& metadata, const MetadataOptions& options,
                                            Progress& progress);

}  // namespace rootlet::repo
