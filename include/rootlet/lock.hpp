#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"

namespace rootlet {

struct LockedRepo {
  std::string id;
  std::vector<std::string> baseurl;
  std::string metalink;
  std::string mirrorlist;
  std::vector<std::string> gpgkey;  ///< remote ones, to fetch ahead; which keys are trusted is the recipe's decision
  int priority = 99;                ///< as in RepoSpec: both decide between packages, too
  int cost = 1000;
  std::vector<std::string> includepkgs = {};
  std::vector<std::string> excludepkgs = {};
  std::string repomd_sha256 = {};
  bool module_hotfixes = false;
  /// Of all keys of the repository that checks, when the lock was made; sorted. Empty: the lock does not say.
  std::vector<std::string> key_fingerprints = {};
};

/// The pinned answer to a recipe. Serialized by lock::to_json() with `version` first.
struct Lock {
  static constexpr int current_version = 1;
  static constexpr int version_of_several = 2;  ///< of files with the locks of a recipe for several architectures
  std::string recipe_digest;
  std::string name;  ///< the recipe's
  /// The recipe's when the lock was made, so that a change can be named: without marks, lists of entries sorted, each
  /// entry once; `vars` without those whose names say "secret"; `docs` and `langs` as without them.
  Selection selection;
  std::string base = {};  ///< digest of the image that it is built on: "sha256:…"; empty: there is none
  std::vector<LockedRepo> repos;
  std::vector<ChosenPackage> packages;  ///< sorted by NEVRA
  std::vector<ModuleState> modules;     ///< as in Solution
  /// The local paths (absolute) of repositories and packages that are written relative to the lock's directory.
  std::set<std::string> relative;
};

}  // namespace rootlet

namespace rootlet::lock {

/// Formats of locks: rootlet's own, and those of other programs.
enum class LockFormat {
  rootlet,
  rpms_lock,         ///< rpms.lock.yaml of Konflux, which Hermeto fetches
  packages_manifest  ///< packages.manifest.yaml of libpkgmanifest and DNF's plugin `manifest`
};
/// "rootlet", "rpms.lock.yaml", "packages.manifest.yaml".
inline constexpr std::array<std::string_view, 3> format_names{"rootlet", "rpms.lock.yaml", "packages.manifest.yaml"};
std::optional<LockFormat> format_of(std::string_view name) noexcept;

/// A solution for one architecture, and the repositories that it is of.
struct SolvedArch {
  std::string arch;
  const std::vector<RepoMetadata>* repos = nullptr;
  const Solution* solution = nullptr;
};

/// Solutions of a recipe as a lock of another program; packages of a base are left out, since they are there. Errors: a
/// package that comes from no repository; one of a repository without an address that the
/// format could name.
std::string to_foreign(LockFormat format, const std::vector<SolvedArch>& arches);

/// Pins a solution of a recipe. Error: a package whose location is no place.
Lock make(const Recipe& recipe, const std::vector<RepoMetadata>& repos, const Solution& solution);

/// The lock as JSON for a file in `directory`: two spaces of indent, version first, lists sorted, ending in a
/// newline. Places that the recipe names relative to itself are written relative to `directory`.
std::string to_json(const Lock& lock, const std::filesystem::path& directory);

/// The locks of one recipe for several architectures as one file; each as in a file of its own.
std::string to_json(const std::vector<Lock>& locks, const std::filesystem::path& directory);

/// Reads a lock and resolves its relative places against its directory. Of several architectures, that of `arch`
/// (empty: the only one, else this machine's). Errors: not JSON, unknown version, unknown, missing or wrong field, each
/// with the file's name and the field: "nginx.lock.json: packages[3].location: …". ErrorKind::usage: of several
/// architectures, none is the one.
Lock read(const std::filesystem::path& path, const std::string& arch = {});

/// All locks of a file, by architecture.
std::vector<Lock> read_all(const std::filesystem::path& path);

/// Names the architectures that are no longer the same between a lock file and its recipe; as differences().
std::vector<std::string> arch_differences(const std::vector<Lock>& locks, const std::vector<std::string>& arches);

/// Packages that locks hold while those of these names are updated: all others, but such as require one of them in
/// exactly its version, or are so required. Error (ErrorKind::usage): no lock has a package of that name.
std::set<Nevra> held_packages(const std::vector<Lock>& locks, const std::vector<std::string>& names);

/// Names all that no longer fits between a lock and its recipe, one sentence each, sorted; empty: it fits.
/// A change that does not touch the set of packages (image configuration, files) fits.
std::vector<std::string> differences(const Lock& lock, const Recipe& recipe);

}  // namespace rootlet::lock
