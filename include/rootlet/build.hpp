#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rootlet/error.hpp"
#include "rootlet/image.hpp"
#include "rootlet/ladder.hpp"
#include "rootlet/layers.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/lock.hpp"
#include "rootlet/package.hpp"
#include "rootlet/problem.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"
#include "rootlet/repository.hpp"
#include "rootlet/rights.hpp"
#include "rootlet/sbom.hpp"
#include "rootlet/suggestion.hpp"
#include "rootlet/trim.hpp"

namespace rootlet::make {

/// Whether package headers are read for what metadata do not tell: sizes without what a recipe leaves out, and which
/// requirements are those of scriptlets.
enum class Headers {
  never,         ///< metadata decide
  if_reachable,  ///< metadata decide where a header cannot be had
  required       ///< an error where a header cannot be had
};

/// Settings of commands that touch repositories, beside the recipe.
struct Environment {
  std::filesystem::path cache_dir;
  bool offline = false;
  bool insecure_registries = false;  ///< registries without TLS will do, and whatever certificate they show
  SearchLimits search = {};
  bool want_proof = false;    ///< a set that is not proved the best is an error; else a warning
  bool paths = false;         ///< packages of a solution offer their paths, too
  bool sources = false;       ///< a solution names the source packages of its packages, too
  std::set<Nevra> held = {};  ///< packages of a lock: where a repository has one, no other version of its name counts
  Headers headers = Headers::if_reachable;
  /// Requirements that do not count in solving: "what if packages of the one name did not require the other one?"
  std::vector<std::pair<std::string, std::string>> dropped = {};
};

/// How long one phase took, in seconds.
struct Phase {
  std::string name;
  double seconds = 0;
};

/// Why headers do not decide, though they were to.
struct ByMetadata {
  std::string why;        ///< empty: they do, or were not to
  bool distrust = false;  ///< a header was there, but not to be believed
};
/// Warns of distrust; that headers cannot be had is a detail, since the answer says what decided.
void tell(const ByMetadata& by_metadata, Progress& progress);

/// A recipe's repositories and the answer to it.
struct Resolved {
  std::vector<RepoMetadata> repos;  ///< in the recipe's order
  std::string base_digest = {};     ///< of the base's manifest; empty: there is none
  std::variant<Solution, Unsolvable> outcome;
  std::vector<Phase> phases;
  ByMetadata by_metadata;
  /// Files of the packages that stay, by class, where headers decide; classes without any are left out.
  std::vector<ClassTotals> removable = {};
  /// A package of the answer requires a feature that this librpm lacks, as far as headers were read.
  std::optional<Error> not_installable = std::nullopt;
};

/// Looks into the trees, tars and images of a recipe's `files`, and at whatever else of them shall be: notes what their
/// programs require in the selection, and digests. Does nothing where that was done. Errors: one that cannot be read,
/// that holds what no image can have, or that has nothing to take.
void look_into_files(Recipe& recipe, const Environment& environment, Progress& progress);

/// Regular files that `files` of a recipe bring, by entry, in its order; links and directories bring nothing. After
/// look_into_files().
std::vector<OtherFiles> sizes_of_files(const Recipe& recipe);

/// Brings the metadata, reads headers and solves. Errors: as repo::load_metadata() and solv::solve().
Resolved resolve(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The same over metadata that is at hand: `repos`, in the recipe's order.
Resolved resolve_with(const Recipe& recipe, std::vector<RepoMetadata> repos, const Environment& environment,
                      Progress& progress);

/// Names of packages that the recipe's repositories have, and that begin like this: sorted, each once. Errors: as
/// resolve().
std::vector<std::string> package_names(const Recipe& recipe, std::string_view prefix, const Environment& environment,
                                       Progress& progress);

/// How the recipe could lead to less. Errors: as resolve().
std::variant<Suggestion, Unsolvable> suggest(const Recipe& recipe, const Environment& environment, Progress& progress);

/// The recipe's packages, solved in each way of a ladder. A rung that cannot be had is left out, but for DNF's own and
/// those below. `own`: what resolve() answered to the recipe; its metadata and its answer are taken over. Errors: as
/// resolve().
std::variant<Ladder, Unsolvable> ladder(const Recipe& recipe, const Environment& environment, Progress& progress,
                                        const Resolved* own = nullptr);

/// Documents about an image that go with it, in an OCI layout or an archive of one, as its referrers (OCI image-spec
/// 1.1, "subject").
struct Documents {
  std::vector<sbom::SbomFormat> sboms;  ///< without repetitions
  bool sbom_files = false;              ///< the SBOMs list files, too
  bool provenance = false;              ///< SLSA build provenance in an in-toto statement
  std::string sign_key;  ///< cosign's name of a key that signs the image and each document; empty: they are unsigned
  [[nodiscard]] bool any() const noexcept { return provenance || !sboms.empty() || !sign_key.empty(); }
};

struct BuildOptions {
  std::filesystem::path out;
  image::Format format = image::Format::oci;
  image::Compression compression = image::Compression::gzip;
  /// Install exactly what this lock pins instead of solving.
  std::optional<std::filesystem::path> lock;
  Documents documents;
  /// Recorded ones of the image, by which packages get their layers; by RPM's architecture.
  std::map<std::string, std::vector<LayeredRelease>> releases = {};
  /// Where all is as in an earlier build, nothing is built; where the root would be the same, its layer is taken.
  bool reuse = true;
  /// As image::WriteOptions has it.
  std::map<std::string, std::filesystem::path> at_hand = {};
  /// Answers to the recipe that are known, by RPM's architecture: taken where repositories and base are as they were.
  std::map<std::string, std::shared_ptr<const Resolved>> answers = {};
};

/// Weaknesses of a repository's signatures that the recipe let pass (`weak_signatures`).
struct WeakSignatures {
  std::string repo;
  std::set<std::string> weakness;  ///< "dsa1024", "rsa1024", "sha1"
  std::size_t packages = 0;        ///< so signed; the metadata may be so, too
};

/// A document about an image that a build wrote.
struct WrittenDocument {
  std::string media_type;
  std::string file;    ///< its path in the image; of one that goes along with it, the name that clients save it by
  std::string digest;  ///< of one that goes along with it, of its manifest; empty: it is in the image
};

/// The image that a build's is built on.
struct BuiltOn {
  std::string name;    ///< as the recipe has it
  std::string digest;  ///< of its manifest
  std::size_t layers = 0;
  std::uint64_t size = 0;  ///< of its layers as they are stored, in bytes
};

struct BuildResult {
  std::filesystem::path out;
  std::optional<BuiltOn> base;
  rights::Way rights = rights::Way::root;  ///< how owners and mounts were had
  image::Format format = image::Format::oci;
  image::WriteResult image;
  Solution solution;
  std::vector<MissingOwner> missing_owners;
  std::vector<FailedScriptlet> failed_scriptlets;  ///< that the recipe lets fail
  std::vector<LeftOutScriptlet> left_out_scriptlets;
  std::vector<WeakSignatures> weak_signatures;  ///< sorted by repository
  /// Where the image keeps its RPM database: "/usr/lib/sysimage/rpm"; empty: it has none.
  std::string dbpath;
  std::string manifest;  ///< the folder of the manifests that it has instead; empty: it has none
  RpmdbFormat rpmdb_format = RpmdbFormat::sqlite;
  std::vector<ForeignLibrpm> foreign_librpms;  ///< of the image, that cannot read it
  std::vector<WrittenDocument> documents;      ///< those in the image first
  std::size_t own_files = 0;                   ///< regular files that trees of the recipe's `files` brought
  std::uint64_t own_size = 0;                  ///< their bytes
  TrimmedFiles trimmed;                        ///< what `trim` and `without` of the recipe took out
  bool layer_reused = false;                   ///< it is that of an earlier build
  std::string key;  ///< of all that decided it, for remember(); empty: it is not to be remembered
  std::vector<Phase> phases;
};

/// A build that would have made and said what an earlier one did, and whose output is still there.
struct Unchanged {
  std::string text, json;  ///< that were said of it
};

/// Where a build to `out` works until it publishes: a TempDir of this directory and this prefix.
struct Workplace {
  std::filesystem::path parent;
  std::string prefix;
};
Workplace workplace(const std::filesystem::path& out);

/// The whole way from a recipe to a published image. Nothing appears at `out` unless everything succeeded.
/// Needs owners of files and mounts: where the process is not root, it is root of a user namespace afterwards (see
/// rights::Way), for which it must have one thread. With Way::single_id, who comes back is a child of the process, and
/// the process ends as the child does. Errors: of each phase, unchanged. ErrorKind::usage where `out` cannot be used.
std::variant<BuildResult, Unsolvable, Unchanged> build(const Recipe& recipe, const BuildOptions& options,
                                                       const Environment& environment, Progress& progress);

/// Remembers a build and what is said of it, so that the same build again has nothing to do. Where the cache cannot be
/// written, that is a detail.
void remember(const BuildResult& result, const Environment& environment, const Unchanged& said, Progress& progress);

/// Notes in a lock which keys the recipe's repositories have, so that a build with it takes no others. A key that
/// cannot be had is warned of, and its repository not held.
void pin_keys(Lock& lock, const Recipe& recipe, const Environment& environment, Progress& progress);

/// Result of `rootlet fetch`.
struct FetchResult {
  std::size_t packages = 0;
  std::uint64_t bytes = 0;
};

/// Fills the directory `out` with all packages and keys of a lock. A build of the same recipe with `--locked
/// --offline --cache-dir out` needs nothing else. A lock does not say how its repositories are reached: that is taken
/// from those of `known` with the same ids.
FetchResult fetch(const Lock& lock, const std::filesystem::path& out, const std::vector<RepoSpec>& known,
                  const Environment& environment, Progress& progress);

}  // namespace rootlet::make
