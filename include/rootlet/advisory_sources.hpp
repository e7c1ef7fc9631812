#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/build.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::make {

/// Form of a source of advisories.
enum class AdvisoryForm {
  repository,  ///< its updateinfo.xml
  updateinfo,  ///< a file of that form
  osv,         ///< a file of OSV documents
  csaf         ///< a file of CSAF 2.0 documents, VEX among them
};
std::string_view advisory_form_name(AdvisoryForm form) noexcept;

/// A file of advisories, as a user names it.
struct AdvisoryFile {
  std::filesystem::path path;
  AdvisoryForm form = AdvisoryForm::updateinfo;
};

/// Where advisories come from.
struct AdvisorySource {
  std::string name;  ///< a repository's id, or a file as it was named
  AdvisoryForm form = AdvisoryForm::repository;
  std::optional<std::size_t> advisories = {};  ///< how many; nothing: the repository has no updateinfo.xml
  std::vector<std::string> passed_over = {};   ///< "3 ranges without a fixed version"
};

/// Advisories of all sources.
struct Advisories {
  std::vector<Advisory> list;           ///< as joined() leaves them
  std::vector<AdvisorySource> sources;  ///< repositories in the recipe's order, then files as they were named
};

/// Brings the advisories of repositories, and reads those of files. Errors: as repo::load_metadata(); a file or
/// metadata that cannot be parsed; there is no source that has any: nothing can be said then.
Advisories load_advisories(const std::vector<RepoMetadata>& repos, const std::vector<AdvisoryFile>& files,
                           const Environment& environment, Progress& progress);

/// Brings the metadata of a recipe's repositories, to look for advisories and updates in. Errors: as resolve().
std::vector<RepoMetadata> load_repositories(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The packages of repositories that have one of these names, and that the streams of `selection` let in. Errors: as
/// resolve().
std::vector<AvailableVersion> versions_of(const std::vector<RepoMetadata>& repos, const std::vector<std::string>& names,
                                          const Selection& selection, const Environment& environment,
                                          Progress& progress);

}  // namespace rootlet::make
