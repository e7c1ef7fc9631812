#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rootlet {

/// A place in a recipe's source; line and column count from 1, 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
  /// "nginx.yaml:3:5"
  [[nodiscard]] std::string str() const;
};

/// Name, epoch, version, release, architecture: what identifies an RPM package.
/// Ordered as text (for stable output), not by RPM's version comparison.
struct Nevra {
  std::string name;
  std::uint32_t epoch = 0;
  std::string version;
  std::string release;
  std::string arch;

  /// "bash-0:4.2.46-34.el7.x86_64": the epoch is always shown. OpenPGP keys in a database have no architecture.
  [[nodiscard]] std::string str() const;
  /// "0:4.2.46-34.el7".
  [[nodiscard]] std::string evr() const;

  auto operator<=>(const Nevra&) const = default;
};

/// Whether the text of a package comes before that of another one: "a+b-0:1-1" before "a-0:1-1". Outputs list packages
/// in this order where they were sorted as text; those of a set they list in the order of Nevra.
bool comes_first_as_text(const Nevra& a, const Nevra& b);

/// A package's place in the list of its set: Solution::packages, Lock::packages, PackageGraph::packages.
enum class PackageId : std::uint32_t {};
constexpr std::size_t index(PackageId id) noexcept { return static_cast<std::size_t>(id); }
constexpr PackageId package_id(std::size_t index) noexcept { return PackageId{static_cast<std::uint32_t>(index)}; }

/// Note of DNF on a module once it has installed a set: the stream that is enabled and the profiles that were
/// installed, or that the module is disabled.
struct ModuleState {
  std::string name;
  std::string stream = {};  ///< empty: the module is disabled
  std::set<std::string> profiles = {};
  bool operator==(const ModuleState&) const = default;
};

/// An entry of `packages`, `exclude` and the like: text and where it stands.
struct RecipeItem {
  std::string text;
  Mark mark;
};

/// Quantity that is made least, over all sets of packages that satisfy a recipe.
enum class Objective {
  dnf,       ///< nothing: exactly what DNF would install
  smallest,  ///< the sum of installed sizes
  fewest,    ///< the number of packages
  download   ///< the sum of download sizes
};
inline constexpr std::array objectives{Objective::smallest, Objective::dnf, Objective::fewest, Objective::download};
std::string_view objective_name(Objective objective) noexcept;
std::optional<Objective> objective_of(std::string_view name) noexcept;

/// Fate of packages that only scriptlets require.
enum class ScriptletDeps {
  keep,
  drop  ///< they leave after the scriptlets have run
};
std::string_view scriptlet_deps_name(ScriptletDeps deps) noexcept;
std::optional<ScriptletDeps> scriptlet_deps_of(std::string_view name) noexcept;

/// An entry of `prefer` or `avoid`.
struct Preference {
  RecipeItem item;        ///< names, NEVRAs, globs
  bool only_tie = false;  ///< decides only between sets that are equally good; otherwise at any price
};

/// Which of the sets of packages that satisfy a recipe is wanted.
struct Goal {
  Objective objective = Objective::smallest;
  ScriptletDeps scriptlet_deps = ScriptletDeps::keep;
  bool os_release = true;             ///< what tells the distribution stays, though only scriptlets need it
  std::vector<Preference> prefer;     ///< wherever they can meet a requirement, they do
  std::vector<Preference> avoid;      ///< they are in the set only if there is none without them
  std::uint64_t package_penalty = 0;  ///< bytes that each package counts on top of its size
  /// Capabilities, globs allowed, whose provider stays the one that DNF would choose; nothing: the list that rootlet
  /// comes with.
  std::optional<std::vector<RecipeItem>> guard_rails;
};

/// A checksum as metadata states it: type as in rpm-md ("sha256"), lower-case hexadecimal.
struct Checksum {
  std::string type;
  std::string hex;
  bool operator==(const Checksum&) const = default;
  /// "sha256:0123…"
  [[nodiscard]] std::string str() const { return type + ":" + hex; }
};

/// The repository id of packages that the recipe names by file. DNF's name for it.
inline constexpr std::string_view local_repo_id = "@commandline";

/// The repository id of packages that an image has of the one that it is built on. libsolv's and DNF's name for what is
/// installed.
inline constexpr std::string_view base_repo_id = "@System";

/// Whether an entry of `packages` names a package file. Recipes are loaded with such entries made absolute.
inline bool is_local_package(std::string_view entry) { return entry.starts_with('/') && entry.ends_with(".rpm"); }

/// A package as its repository describes it. Sizes in bytes, times in seconds since 1970.
struct Package {
  Nevra nevra;
  std::string repo;                  ///< id of its repository, local_repo_id, or base_repo_id
  std::string location;              ///< path relative to the repository's base, a URL (by xml:base), or a local file
  std::uint64_t installed_size = 0;  ///< of all its files, documentation and all languages too: RPM's figure
  std::uint64_t download_size = 0;
  std::uint64_t header_end = 0;  ///< of the package file, where its header ends; 0: metadata do not tell
  Checksum checksum;
  std::int64_t build_time = 0;
  std::vector<std::string> obsoletes = {};  ///< names that it takes the place of; sorted. A lock does not keep them
  std::vector<std::string> offers = {};     ///< capabilities it provides, and paths that metadata name; the same
  std::string license = {};                 ///< as its packager wrote it; empty: not known. The same
  std::string vendor = {};                  ///< the same
  std::string source_rpm = {};              ///< file name of the package that it was built from; the same
  /// Of its files that the build leaves in the root: not documentation and languages that the recipe leaves out. Known
  /// from its header; nothing: that has not been looked at.
  std::optional<std::uint64_t> kept_size = std::nullopt;
  /// Bytes that it takes in the root, as far as known.
  [[nodiscard]] std::uint64_t size() const noexcept { return kept_size.value_or(installed_size); }
  /// Whether it is there already: it is neither brought nor installed, and takes nothing (kept_size is 0).
  [[nodiscard]] bool in_base() const noexcept { return repo == base_repo_id; }
};

/// The kind of a dependency between two packages. Repository metadata marks only some requirements of scriptlets, as
/// `scriptlet`; which scriptlet it is, and those of erasures and posttrans at all, is known from package headers.
/// `conflicts`: the package makes the other one's rich conflict, such as "(a unless b)", inapplicable. `multilib`: the
/// other one is for 32 bits, and needs the 64-bit package of its own name and version beside it. `stated`: an SBOM says
/// that one depends on the other, and neither for what, nor when, nor whether another package would do.
enum class EdgeKind {
  runtime,
  scriptlet,
  pretrans,
  pre,
  post,
  preun,
  postun,
  posttrans,
  preuntrans,
  postuntrans,
  verify,
  recommends,
  supplements,
  conflicts,
  multilib,
  stated
};
std::string_view edge_kind_name(EdgeKind kind) noexcept;
std::optional<EdgeKind> edge_kind_of(std::string_view name) noexcept;

/// Written form of a capability.
enum class CapabilityForm { plain, file, rich };
std::string_view form_name(CapabilityForm form) noexcept;
CapabilityForm form_of(std::string_view capability) noexcept;

/// The reason why a part of a rich dependency counts in a set: something is there, as "b" in "(a if b)", or is not, as
/// in "(a unless b)".
struct Condition {
  std::string capability = {};  ///< empty: it always counts
  bool is_there = true;
  [[nodiscard]] bool empty() const noexcept { return capability.empty(); }
  auto operator<=>(const Condition&) const = default;
};
/// "because of b", "because there is no b"; empty for an empty condition.
std::string because(const Condition& condition);

/// A capability as answers in words have it: itself, or of a dependency that an SBOM states, which has none, that.
std::string capability_words(const std::string& capability);

/// One requirement that a chosen package meets for another one.
struct RequiredBy {
  PackageId package = {};  ///< the one that requires
  std::string capability;  ///< as written: "libc.so.6(GLIBC_2.14)(64bit)", "/bin/sh", "(a or b)"
  EdgeKind kind = EdgeKind::runtime;
  Condition condition = {};
  /// Of a requirement that needs several packages at once, as "(a and b)", which parts this one meets, by numbers that
  /// tell them apart; sorted. Empty: it needs one, and any of those that meet it would do.
  std::vector<std::uint32_t> parts = {};
  auto operator<=>(const RequiredBy&) const = default;
};

/// The key of a recipe that keeps what tells the distribution. A package that stays for it alone or also was requested
/// by it.
inline constexpr std::string_view os_release_key = "os_release";

/// An entry of the recipe that a chosen package answers.
struct Requested {
  std::string spec;  ///< as written
  Mark mark = {};
  std::string via = {};  ///< "mandatory package of the group 'Core'"; empty where the entry names the package itself
};

/// Why a package that could have been chosen was not.
enum class LostBecause {
  excluded,         ///< by the recipe
  modular,          ///< hidden by a module stream
  other_arch,       ///< an architecture that the target cannot run, or a lesser one
  lower_priority,   ///< its repository's priority
  older,            ///< the same package in a lesser version
  other_version,    ///< another version of a package that is in the set
  other_repo,       ///< the same package from a repository that costs more, or comes later by id
  obsoleted,        ///< by a chosen package, or by one that could be
  conflict,         ///< with a chosen package
  not_installable,  ///< requires what no package provides
  guarded,          ///< another one provides it in DNF's answer, and the guard rails keep that one
  avoided,          ///< by the recipe
  larger,           ///< every set with it instead is larger, or as large and later in order
  not_preferred     ///< by the solver
};
std::string_view lost_because_name(LostBecause why) noexcept;  ///< "not_preferred"

/// A package that could have met a requirement in place of a chosen one, and why it lost.
struct Alternative {
  Nevra package;
  std::string repo;
  LostBecause why = LostBecause::not_preferred;
  /// The package that it lost to, where there is one: the one that obsoletes it, that it conflicts with, that is newer,
  /// …
  std::optional<Nevra> rival = {};
  bool rival_is_chosen = true;            ///< the rival is in the set; else it could be
  std::string detail = {};                ///< without a rival: the missing capability, the stream, …; may be empty
  std::vector<std::string> capabilities;  ///< capabilities that it would have met; sorted
  auto operator<=>(const Alternative&) const = default;
};

/// Why a package is in the set. All lists sorted, by packages as text.
struct Reason {
  std::vector<Requested> requested = {};
  std::vector<RequiredBy> required_by = {};
  std::vector<Alternative> alternatives = {};  ///< known after solving; a lock does not keep them
};

struct ChosenPackage {
  Package package;
  Reason reason;
  bool build_only = false;  ///< only scriptlets need it: it leaves after they have run
};

/// Sorts what requires one package of a set, by the text of those that do; each is left once.
void sort_as_text(std::vector<RequiredBy>& required_by, const std::vector<ChosenPackage>& packages);

/// A package that DNF would have installed, and what the set has in its place.
struct Swap {
  Nevra instead_of;                       ///< DNF's choice, which is not in the set
  std::vector<PackageId> chosen;          ///< sorted as text
  std::vector<std::string> capabilities;  ///< capabilities that both can meet; sorted
  std::string loss;  ///< features that the chosen ones lack: "locales other than C, POSIX and C.UTF-8"; may be empty
};

/// How good a set is, in the objective's unit: bytes or packages.
struct Optimality {
  Objective objective = Objective::dnf;
  bool proved = false;      ///< no set is better
  bool by_headers = false;  ///< sizes are those of package headers; else what metadata state
  std::uint64_t value = 0;  ///< the set's
  std::uint64_t bound = 0;  ///< no set is below this; equals value where proved
};

/// Sums of a set; sizes in bytes.
struct Totals {
  std::size_t packages = 0;
  std::uint64_t installed_size = 0;
  std::uint64_t download_size = 0;
  std::optional<std::uint64_t> kept_size = std::nullopt;  ///< where it is known of each package
  /// Bytes that they take in the root, as far as known.
  [[nodiscard]] std::uint64_t size() const noexcept { return kept_size.value_or(installed_size); }
  void add(const Package& package) noexcept;
};

/// A set of packages that satisfies a recipe, sorted by NEVRA.
struct Solution {
  std::vector<ChosenPackage> packages;
  std::vector<std::string> warnings = {};  ///< things asked for that are not in it, though that is no error; sorted
  Optimality optimality = {};
  std::vector<Swap> swaps = {};           ///< by what DNF would have installed, as text
  Totals dnf = {};                        ///< of DNF's answer
  std::vector<ModuleState> modules = {};  ///< states that DNF would note; sorted by name
  /// Requirements and recommendations that no other package of the set is there for; sorted. A lock does not keep them.
  std::optional<std::vector<RequiredBy>> idle = std::nullopt;
  /// Source packages that its packages were built from, of those that the repositories have; sorted by NEVRA. Only
  /// where they were asked for; a lock does not keep them.
  std::vector<Package> sources = {};
  /// Sums of what the build adds to the root: packages without those that take part in the build only, and without the
  /// base's.
  [[nodiscard]] Totals totals() const noexcept;
  [[nodiscard]] std::uint64_t installed_size() const noexcept { return totals().installed_size; }
  [[nodiscard]] std::size_t count() const noexcept;          ///< as in totals()
  [[nodiscard]] std::size_t leaving() const noexcept;        ///< how many take part in the build only
  [[nodiscard]] std::size_t count_in_base() const noexcept;  ///< of packages that the base has
  /// Of all: what only the build needs is downloaded, too.
  [[nodiscard]] std::uint64_t download_size() const noexcept;
};

}  // namespace rootlet
