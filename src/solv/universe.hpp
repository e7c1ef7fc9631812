#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "groups.hpp"
#include "headers.hpp"
#include "job.hpp"
#include "modularity.hpp"
#include "package_record.hpp"
#include "pool.hpp"
#include "snapshot.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// What keeps a package from being chosen, apart from itself.
struct Hidden {
  enum class By { exclude, excludepkgs, includepkgs, module };
  By by = By::exclude;
  RecipeItem entry = {};  ///< of exclude or excludepkgs: what matches the package, and where
  std::string repo = {};  ///< whose excludepkgs or includepkgs
};

/// All packages that a request may choose from, with what is excluded marked, ready to be asked for providers.
class Universe {
 public:
  /// `quick`: an earlier run's snapshot may be used; it holds no file lists and no descriptions.
  Universe(const Request& request, std::vector<RepoMetadata> repos, bool quick);

  [[nodiscard]] ::Pool& pool() const noexcept { return *pool_; }
  /// Whether it came from a snapshot.
  [[nodiscard]] bool quick() const noexcept { return snapshot_.has_value(); }
  /// A package as its repository describes it, and its header, where that is known.
  [[nodiscard]] Package package(Id id) const;

  /// Lets learn() ask for headers.
  void read_headers(const HeaderLoader& load) { headers_ = Headers(load); }
  /// Whether headers decide about sizes and requirements of scriptlets: of a package whose header is not known yet,
  /// nothing is known then. Otherwise metadata decide.
  [[nodiscard]] bool by_headers() const noexcept { return headers_.on(); }
  /// What a package's header tells; nullptr: it is not known.
  [[nodiscard]] const HeaderFacts* header(Id package) const { return headers_.find(package); }
  /// Learns the headers of those of the packages whose headers are not known. Whether there were any; where they cannot
  /// be had, by_headers() ends.
  bool learn(const std::vector<Id>& packages);

  [[nodiscard]] const Modularity& modularity() const noexcept { return *modularity_; }
  /// Brings the groups of the repositories and makes jobs of the entries that name one. Errors: as group_jobs().
  [[nodiscard]] GroupJobs group_jobs(const Request& request, const CompsLoader& load);

  /// Loads the file lists where something reachable from the request asks for a path that primary metadata does not
  /// list; otherwise does nothing. `jobs`: what the request asks for. True: the pool is another one now, and
  /// what was derived from it must be derived anew.
  bool complete(const Request& request, const FilelistsLoader& bring, const std::vector<Job>& jobs);

  /// The ids that one job may choose from, for each job a spec leads to.
  [[nodiscard]] std::vector<std::vector<Id>> candidates(const std::string& spec) const;

  /// Why a package is not considered; nullptr where it is.
  [[nodiscard]] const Hidden* hidden(Id package) const;
  /// The streams of modules that hide a package, or would have it; nothing where modules do not hide it.
  [[nodiscard]] std::optional<Hiding> hidden_by_module(Id package) const { return modularity_->filter().why(package); }

  /// Leaves out what a request excludes or modules hide, and no longer what an earlier one did.
  void filter(const Request& request);

 private:
  void fill(const Request& request);
  void make_empty(const Request& request);
  void load(const Request& request);
  [[nodiscard]] std::string snapshot_key(const Request& request) const;
  void hide(Id package, const Hidden& why) { hidden_.try_emplace(package, why); }
  void hide_by_repository(const ::Repo& repo, const RepoSpec& spec);
  void hide_by_modules(const Request& request);
  void keep_weak_dependencies_of(const std::vector<RecipeItem>& entries);
  [[nodiscard]] bool asks_for_unlisted_path(const Request& request, const std::vector<Job>& jobs) const;

  std::vector<RepoMetadata> repos_;
  std::filesystem::path cache_dir_;
  PoolHandle pool_;
  std::vector<::Repo*> loaded_;
  bool quick_;  ///< snapshots may be used
  bool with_filelists_ = false;
  std::optional<Snapshot> snapshot_;
  std::map<std::string, Id> local_;
  std::map<Id, Hidden> hidden_;
  std::unique_ptr<IdMap> considered_;
  std::unique_ptr<Modularity> modularity_;
  Headers headers_;
};

}  // namespace rootlet::solv
