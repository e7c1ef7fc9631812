#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rootlet/build/resolve.hpp"
#include "rootlet/image/write.hpp"
#include "rootlet/model/accounts.hpp"
#include "rootlet/model/lock.hpp"
#include "rootlet/model/rpmdb.hpp"
#include "rootlet/model/scriptlet.hpp"

namespace rootlet::build {

struct BuildOptions {
  std::filesystem::path out;
  image::Format format = image::Format::oci;
  image::Compression compression = image::Compression::gzip;
  /// Install exactly what this lock pins instead of solving.
  std::optional<std::filesystem::path> lock;
};

struct BuildResult {
  std::filesystem::path out;
  image::Format format = image::Format::oci;
  image::WriteResult image;
  Solution solution;
  std::vector<MissingOwner> missing_owners;
  std::vector<FailedScriptlet> failed_scriptlets;  ///< that the recipe lets fail
  /// Where the image keeps its RPM database: "/usr/lib/sysimage/rpm"; empty: it has none.
  std::string dbpath;
  RpmdbFormat rpmdb_format = RpmdbFormat::sqlite;
  std::vector<ForeignLibrpm> foreign_librpms;  ///< of the image, that cannot read it
  std::vector<Phase> phases;
};

/// Where a build to `out` works until it publishes: a TempDir of this directory and this prefix.
struct Workplace {
  std::filesystem::path parent;
  std::string prefix;
};
Workplace workplace(const std::filesystem::path& out);

/// The whole way from a recipe to a published image. Nothing appears at `out` unless everything succeeded.
/// Errors: of each phase, unchanged. ErrorKind::usage where `out` cannot be used.
std::variant<BuildResult, Unsolvable> build(const Recipe& recipe, const BuildOptions& options,
                                            const Environment& environment, Progress& progress);

/// What `rootlet fetch` did.
struct FetchResult {
  std::size_t packages = 0;
  std::uint64_t bytes = 0;
};

/// Fills the directory `out` with all packages and keys of a lock. A build of the same recipe with `--locked
/// --offline --cache-dir out` needs nothing else. A lock does not say how its repositories are reached: that is taken
/// from those of `known` with the same ids.
FetchResult fetch(const Lock& lock, const std::filesystem::path& out, const std::vector<RepoSpec>& known,
                  const Environment& environment, Progress& progress);

}  // namespace rootlet::build
