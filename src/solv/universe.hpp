#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modules/modules.hpp"
#include "pool.hpp"
#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/repository.hpp"
#include "snapshot.hpp"
#include "solv/solve.hpp"

namespace rootlet::solv {

/// Parts of a universe, and how much is loaded of it.
struct UniverseContents {
  std::vector<RepoMetadata> repos;
  std::string arch;                        ///< RPM's name of the target's architecture
  std::vector<std::string> package_files;  ///< of no repository
  InstalledHeaders installed;              ///< as in Request
  std::filesystem::path cache_dir;         ///< where parsed metadata is kept
  bool descriptions = false;  ///< all that metadata say of packages; else an earlier run's snapshot will do
  bool filelists = false;     ///< all paths of packages; else those that primary metadata list
  std::vector<std::pair<std::string, std::string>> dropped = {};  ///< as in Request
};

/// All packages of repositories, and some package files, ready to be asked for providers. It does not change: where
/// more must be known, another one is made of more contents, with the same ids. What a request makes of it is a View.
class Universe {
 public:
  /// `progress`: told what is wrong with the cache, which is then made anew. Errors: metadata that cannot be parsed, a
  /// package file that cannot be read, a rich dependency beyond libsolv's means.
  Universe(UniverseContents contents, Progress& progress);

  [[nodiscard]] ::Pool& pool() const noexcept { return *pool_; }
  /// The repositories, sorted by id.
  [[nodiscard]] const std::vector<RepoMetadata>& repos() const noexcept { return contents_.repos; }
  /// The same in the pool.
  [[nodiscard]] const std::vector<::Repo*>& loaded() const noexcept { return loaded_; }
  [[nodiscard]] const std::map<std::string, Id>& package_files() const noexcept { return files_; }
  /// All that the repositories say of modules.
  [[nodiscard]] const modules::Facts& module_facts() const noexcept { return modules_; }

  /// Whether the pool knows all that metadata say of packages.
  [[nodiscard]] bool has_descriptions() const noexcept { return !snapshot_; }
  [[nodiscard]] bool has_filelists() const noexcept { return contents_.filelists; }
  /// A package as its repository describes it.
  [[nodiscard]] Package package(Id id) const;

 private:
  void restore();
  void make_empty();
  void load();
  void save() const;
  [[nodiscard]] std::string key() const;

  UniverseContents contents_;
  Progress& progress_;
  PoolHandle pool_;
  std::vector<::Repo*> loaded_;
  std::map<std::string, Id> files_;
  modules::Facts modules_;
  std::filesystem::path snapshot_path_;  ///< empty: none is used
  std::optional<Snapshot> snapshot_;
  /// The same packages loaded from metadata, where the snapshot turned out damaged: they describe packages then.
  mutable std::unique_ptr<const Universe> anew_;
};

}  // namespace rootlet::solv
