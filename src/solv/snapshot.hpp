#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/fs.hpp"
#include "pool.hpp"
#include "rootlet/package.hpp"

namespace rootlet::solv {

/// Why a snapshot cannot be used.
enum class NoSnapshot { absent, damaged };

/// A pool as it stands once its repositories are loaded and indexed: strings, relations, dependencies, who provides
/// what. Reading it back takes a fraction of what loading .solv files and indexing them does, because nothing has to
/// be hashed again. What only answers need (sizes, checksums, locations) stays in the file until it is asked for; file
/// lists are not part of it.
class Snapshot {
 public:
  /// Names the form of the file: another one must have another key.
  static std::string_view form() noexcept;

  /// Fills `pool` (fresh, of the same architecture) and `repos` (empty, in the same order as when it was saved).
  /// Where there is no good snapshot for `key`, the pool must be thrown away.
  static std::variant<Snapshot, NoSnapshot> restore(::Pool& pool, const std::vector<::Repo*>& repos,
                                                    const std::filesystem::path& path, const std::string& key);

  /// Saves an indexed pool, which must hold only `repos`. Error: the file cannot be written.
  static void save(::Pool& pool, const std::vector<::Repo*>& repos, const std::filesystem::path& path,
                   const std::string& key);

  /// A package as its repository describes it; nothing where the snapshot turns out damaged.
  [[nodiscard]] std::optional<Package> package(::Pool& pool, Id id) const;

 private:
  Snapshot(Fd file, std::uint64_t details) : file_(std::move(file)), details_(details) {}
  Fd file_;
  std::uint64_t details_;  ///< where the offsets of the packages' records begin
};

}  // namespace rootlet::solv
