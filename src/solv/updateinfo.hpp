#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"
#include "rootlet/selection.hpp"

namespace rootlet::solv {

/// Reads the advisories of an updateinfo.xml, plain or packed, in an isolated process. `subject` names it in messages:
/// "repository 'x'", "'updates.xml'"; `source` in Advisory::sources. Source packages are left out. What has no id, no
/// name or no version is passed over, which `progress` is told. Errors: "<subject>: cannot parse updateinfo.xml: …",
/// also where that takes too much memory or time.
std::vector<Advisory> read_updateinfo(const std::string& subject, const std::string& source, const MetadataFile& file,
                                      Progress& progress);

/// The packages of repositories that have one of these names, whatever their versions and architectures, but for those
/// of module streams that `selection` leaves inactive; sorted by NEVRA and repository. Errors: as solve().
std::vector<AvailableVersion> versions_of(const std::vector<RepoMetadata>& repos, const std::vector<std::string>& names,
                                          const Selection& selection, const std::filesystem::path& cache_dir,
                                          Progress& progress);

}  // namespace rootlet::solv
