#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/limits.hpp"
#include "rootlet/package.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"
#include "rootlet/suggestion.hpp"

namespace rootlet::solv {

/// Headers, as databases keep them, of the packages that are there already; null: nothing is.
using InstalledHeaders = std::shared_ptr<const std::vector<std::string>>;

/// Question to the solver.
struct Request {
  Selection selection;                                ///< vars, guard_rails, docs, langs: not looked at
  std::string base_arch;                              ///< RPM's base architecture of the target; empty: as arch
  std::vector<std::string> keep_provider;             ///< the guard rails: capabilities, globs allowed
  std::map<std::string, std::string> fewer_features;  ///< by package name, what it lacks
  SearchLimits limits = {};                           ///< of proving that a set is the best
  InstalledHeaders installed = {};                    ///< of the base
  std::vector<std::string> present_streams = {};      ///< "nodejs:18": that packages of the base are of
  std::set<Nevra> insecure = {};                      ///< packages of the base that Upgrade::security is about
  bool paths = false;         ///< the answer says which paths its packages have: filelists are loaded
  bool sources = false;       ///< the answer names source packages, too
  std::set<Nevra> held = {};  ///< of a lock: where a repository has one, no other version of its name counts
  /// Requirements that do not count, each of packages of one name, on what a package of the other name offers.
  std::vector<std::pair<std::string, std::string>> dropped = {};
  std::filesystem::path cache_dir;  ///< where parsed metadata is kept
};

/// Called when a requirement or a spec names a path that primary metadata does not list: sets `filelists`
/// of each repository that has them.
using FilelistsLoader = std::function<void(std::vector<RepoMetadata>&)>;

/// Called when an entry of `packages` names a group: sets `comps` of each repository that has groups.
using CompsLoader = std::function<void(std::vector<RepoMetadata>&)>;

/// Facts that a package's header tells and metadata do not.
struct HeaderFacts {
  std::uint64_t kept_size = 0;          ///< as Package::kept_size
  std::set<std::string> of_scriptlets;  ///< capabilities that scriptlets alone require; without an epoch of 0
};

/// Called for packages that matter for the choice, and for those of the answer: what their headers say, in their order.
/// Nothing: they cannot be had; then metadata decide about all packages.
using HeaderLoader = std::function<std::optional<std::vector<HeaderFacts>>(const std::vector<Package>&)>;

/// Callbacks that bring what not every request needs; each may be empty.
struct Loaders {
  FilelistsLoader filelists;
  CompsLoader comps;
  HeaderLoader headers;
};

/// The set that the request wants, DNF's or the best by its goal, and why each package is in it; or what stands in the
/// way. `progress`: told what is wrong with the cache.
/// Errors: metadata that cannot be parsed, a local .rpm file that cannot be read, a rich dependency in them that is too
/// long or too intricate; ErrorKind::usage: a module, stream,
/// profile or group that there is not, an entry of weak_deps that matches no package, with the entry's place.
std::variant<Solution, Unsolvable> solve(const Request& request, std::vector<RepoMetadata> repos, const Loaders& load,
                                         Progress& progress);

/// Whether the repositories, whose `comps` are at hand, have a group or an environment of this id or name.
/// Errors: as comps::parse().
bool has_group(const std::vector<RepoMetadata>& repos, const std::string& text);

/// How a request could lead to less: what DNF's answer, the best set and what of it stays weigh, and what each choice
/// and each entry costs. Errors: as solve().
std::variant<Suggestion, Unsolvable> suggest(const Request& request, std::vector<RepoMetadata> repos,
                                             const Loaders& load, Progress& progress);

}  // namespace rootlet::solv
