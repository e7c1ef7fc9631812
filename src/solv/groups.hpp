#pragma once

#include <string>
#include <vector>

#include "comps/comps.hpp"
#include "job.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"
#include "view.hpp"

namespace rootlet::solv {

/// Reads the groups of repositories. Errors: as comps::parse().
comps::Comps load_groups(const std::vector<RepoMetadata>& repos);

/// Jobs of the entries "@…" that name groups or environments.
struct GroupJobs {
  std::vector<Job> jobs;
  std::vector<std::string> warnings;  ///< things that are not there, though that is no error; sorted
};

/// One job for each package of the groups that entries of the request name, as DNF makes them.
/// Error (ErrorKind::usage, with the entry's place): there is no such group.
GroupJobs group_jobs(const View& view, const comps::Comps& comps);

}  // namespace rootlet::solv
