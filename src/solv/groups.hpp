#pragma once

#include <string>
#include <vector>

#include "comps/comps.hpp"
#include "job.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"

namespace rootlet::solv {

/// Reads the groups of repositories. Errors: as comps::parse().
comps::Comps load_groups(const std::vector<RepoMetadata>& repos);

/// What the entries "@…" that name groups or environments ask for.
struct GroupJobs {
  std::vector<Job> jobs;
  std::vector<std::string> warnings;  ///< what is not there, though that is no error; sorted
};

/// One job for each package of the groups that an entry names, as DNF makes them. `types`: which packages of a group,
/// unless the entry says so itself ("@core/mandatory,optional"). `known`: names of modules, for the nearest one.
/// Error (ErrorKind::usage, with the entry's place): there is no such group.
GroupJobs group_jobs(::Pool& pool, const comps::Comps& comps, const std::vector<RecipeItem>& entries,
                     const std::vector<std::string>& types, const std::vector<std::string>& modules,
                     const std::string& base_arch);

}  // namespace rootlet::solv
