#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "groups.hpp"
#include "job.hpp"
#include "modularity.hpp"
#include "pool.hpp"
#include "rootlet/solv/solve.hpp"

namespace rootlet::solv {

/// All packages that a request may choose from, with what is excluded marked, ready to be asked for providers.
class Universe {
 public:
  Universe(const Request& request, std::vector<RepoMetadata> repos);

  [[nodiscard]] ::Pool& pool() const noexcept { return *pool_; }
  /// The package that a local file became.
  [[nodiscard]] Id local(const std::string& file) const { return local_.at(file); }

  [[nodiscard]] const Modularity& modularity() const noexcept { return *modularity_; }
  /// Brings the groups of the repositories and makes jobs of the entries that name one. Errors: as group_jobs().
  [[nodiscard]] GroupJobs group_jobs(const Request& request, const CompsLoader& load);

  /// Loads the file lists where something reachable from the request asks for a path that primary metadata does not
  /// list; otherwise does nothing. `more`: jobs beside the request's packages.
  void complete(const Request& request, const FilelistsLoader& load, const std::vector<Job>& more);

  /// The ids that one job may choose from, for each job a spec leads to.
  [[nodiscard]] std::vector<std::vector<Id>> candidates(const std::string& spec) const;

  /// Why nothing matches a spec, and what to do.
  [[nodiscard]] Problem no_match(const std::string& spec) const;

 private:
  void index();
  void exclude(const Request& request);
  void filter_modules(const Request& request);
  [[nodiscard]] bool asks_for_unlisted_path(const Request& request, const std::vector<Job>& more) const;

  std::vector<RepoMetadata> repos_;
  std::filesystem::path cache_dir_;
  PoolHandle pool_;
  std::vector<::Repo*> loaded_;
  std::map<std::string, Id> local_;
  std::unique_ptr<IdMap> considered_;
  std::unique_ptr<Modularity> modularity_;
};

}  // namespace rootlet::solv
