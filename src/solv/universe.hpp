#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

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

  /// Loads the file lists where something reachable from the request asks for a path that primary metadata does not
  /// list; otherwise does nothing.
  void complete(const Request& request, const FilelistsLoader& load);

  /// The ids that one job may choose from, for each job a spec leads to.
  [[nodiscard]] std::vector<std::vector<Id>> candidates(const std::string& spec) const;

  /// Leaves out what a request excludes, and no longer what an earlier one did.
  void filter(const Request& request);

 private:
  void index();
  void find_hidden();
  [[nodiscard]] bool asks_for_unlisted_path(const Request& request) const;

  std::vector<RepoMetadata> repos_;
  std::filesystem::path cache_dir_;
  PoolHandle pool_;
  std::vector<::Repo*> loaded_;
  std::map<std::string, Id> local_;
  std::set<Id> hidden_;  ///< in module streams that are not enabled
  std::unique_ptr<IdMap> considered_;
};

}  // namespace rootlet::solv
