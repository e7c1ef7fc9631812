#pragma once

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/fs.hpp"
#include "pool.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// Thrown where a snapshot turns out damaged after it was restored: it has been removed, the pool must be loaded anew.
class DamagedSnapshot : public std::exception {};

/// A pool as it stands once its repositories are loaded and indexed: strings, relations, dependencies, who provides
/// what. Reading it back takes a fraction of what loading .solv files and indexing them does, because nothing has to
/// be hashed again. What only answers need (sizes, checksums, locations) stays in the file until it is asked for; file
/// lists are not part of it.
class Snapshot {
 public:
  /// Fills `pool` (fresh, of the same architecture) and `repos` (empty, in the same order as when it was saved).
  /// Nothing where there is no good snapshot for `key`: then the pool must be thrown away.
  static std::optional<Snapshot> restore(::Pool& pool, const std::vector<::Repo*>& repos,
                                         const std::filesystem::path& path, const std::string& key);

  /// Saves an indexed pool that holds only `repos`. The cache only saves time: what goes wrong is not an error.
  static void save(::Pool& pool, const std::vector<::Repo*>& repos, const std::filesystem::path& path,
                   const std::string& key);

  /// A package as its repository describes it. Throws DamagedSnapshot.
  [[nodiscard]] Package package(::Pool& pool, Id id) const;

 private:
  Snapshot(Fd file, std::filesystem::path path, std::uint64_t details)
      : file_(std::move(file)), path_(std::move(path)), details_(details) {}
  Fd file_;
  std::filesystem::path path_;
  std::uint64_t details_;  ///< where the offsets of the packages' records begin
};

}  // namespace rootlet::solv
