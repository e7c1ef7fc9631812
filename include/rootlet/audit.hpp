#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/files.hpp"
#include "rootlet/graph.hpp"

namespace rootlet {

/// How bad a finding is; the names are SARIF's levels. note: something to save or to know; warning: something that
/// should not be in an image; error: something is broken or dangerous.
enum class Severity { note, warning, error };
std::string_view severity_name(Severity severity) noexcept;
std::optional<Severity> severity_of(std::string_view name) noexcept;

/// Rule of an audit.
struct AuditRule {
  std::string_view id;  ///< "setuid-file": stable, scripts and lists of accepted findings rely on it
  Severity severity = Severity::note;
  std::string_view title;   ///< "Setuid and setgid files"
  std::string_view advice;  ///< remedy in general
};

/// Something that an audit found.
struct Finding {
  std::string rule;
  Severity severity = Severity::note;
  std::optional<Nevra> package;  ///< none: none is concerned
  std::string path;              ///< in the root; empty where none is concerned
  std::string message;           ///< "may be run as root by anybody (mode 4755)"
  std::string advice;            ///< remedy in this case
  std::string accepted = {};     ///< the reason, where it was accepted
  auto operator<=>(const Finding&) const = default;
};

/// An entry of a file of accepted findings: those of this rule whose package and path fit.
struct Accepted {
  std::string rule;
  std::string package;  ///< name or NEVRA, a shell pattern (fnmatch(3)); empty: any
  std::string path;     ///< a shell pattern; empty: any
  std::string reason;   ///< never empty
  std::string mark;     ///< "accepted.yaml:3:5"
};

}  // namespace rootlet

namespace rootlet::analysis {

/// A file as one package has it. Borrowed from the list that the Owners were made of.
struct Claim {
  PackageId package = {};
  const PackageFile* file = nullptr;
  bool operator==(const Claim&) const = default;
};

/// A file that a package has and the tree has not, at the place where it would be.
struct Lost {
  Claim claim;
  std::string place;
};

/// Which packages own what of a tree. Compared is the place, the path without links in its directories: /bin/bash of a
/// header is /usr/bin/bash of a tree where /bin leads there. As for `rpm -qf`, what was left out on purpose has no
/// owner; %ghost files have. The root directory itself is left out.
struct Owners {
  std::vector<std::vector<Claim>> of;  ///< by place in FileTree::files; each sorted by package
  std::vector<Lost> lost;              ///< by package, then as in its header
};

/// `packages` as PackageGraph::packages, by place.
Owners owners_of(const FileTree& tree, const std::vector<InstalledPackage>& packages);
/// The same of lists of files alone: a PackageId is the place of a list.
Owners owners_of(const FileTree& tree, const std::vector<std::span<const PackageFile>>& lists);

/// The packages alone, by place in FileTree::files; each list sorted, each package once.
std::vector<std::vector<PackageId>> owning_packages(const Owners& owners);

/// Purpose of a file, as far as its place, its package and its content tell.
enum class FileKind {
  documentation,
  license,
  locale,
  header,
  static_library,
  debug,
  cache,
  log,
  database,
  executable,
  library,
  script,
  other
};
std::string_view file_kind_name(FileKind kind) noexcept;  ///< "static_libraries"

/// Where several fit, the one that comes first in this order: licences, debug data, documentation, locales, headers,
/// static libraries, the package database, logs, caches; then by content. Without contents those are `other`.
FileKind kind_of(const TreeFile& file, const std::vector<Claim>& owners);

/// Bytes of regular files, and how many these are; hard links are one file, at their first path.
struct FileTotals {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  bool operator==(const FileTotals&) const = default;
};

struct DirectoryCost {
  std::string path;
  FileTotals totals;  ///< of all beneath; at the deepest level that is asked for
};

struct KindCost {
  FileKind kind = FileKind::other;
  FileTotals totals;
};

/// Files of the same content.
struct Duplicates {
  std::vector<std::string> paths;  ///< at least two; sorted; of hard links the first
  std::uint64_t size = 0;          ///< of each (bytes)
  [[nodiscard]] std::uint64_t saved() const noexcept { return size * (paths.size() - 1); }
};

struct LargeFile {
  std::string path;
  std::uint64_t size = 0;
  std::optional<Nevra> package;  ///< none: no package owns it
};

/// Costs of the files of a tree, in bytes. Each file counts once: `directories`, `subdirectories` and `kinds` add up
/// to `total`, and so do `disk_size` and `unowned`.
struct FileCosts {
  FileTotals total;
  std::vector<DirectoryCost> directories;     ///< "/usr", …; "/" for files in it itself; largest first
  std::vector<DirectoryCost> subdirectories;  ///< "/usr/lib64", …; "/usr" for files in it itself; largest first
  std::vector<KindCost> kinds;                ///< those that occur; largest first
  std::vector<Duplicates> duplicates;         ///< largest saving first; none where contents were not read
  std::vector<LargeFile> largest;             ///< largest first
  std::vector<std::uint64_t> disk_size;       ///< by package; what several own counts for the first, by NEVRA
  FileTotals unowned;
  bool packages_known = true;  ///< whether owners are: `unowned` says nothing otherwise
  bool contents_read = false;  ///< whether duplicates and what code a file is are known
};

/// `graph` and `owners` as the tree's target has them; `most`: how many of the largest files are listed.
FileCosts file_costs(const FileTree& tree, const PackageGraph& graph, const Owners& owners, std::size_t most = 20);

/// FileCosts::disk_size alone.
std::vector<std::uint64_t> disk_sizes(const FileTree& tree, const Owners& owners, std::size_t packages);

/// Regular files that no package owns, hard links once.
OtherFiles unowned_files(const FileTree& tree, const Owners& owners);

/// All rules, by severity (the worst first) and id.
std::span<const AuditRule> audit_rules();

/// The rule of that id; nullptr: there is none.
const AuditRule* audit_rule(std::string_view id);

/// Input of an audit, as inspect::Target has it.
struct AuditInput {
  std::string_view what;  ///< kind of the target, in words: "an RPM database"
  const PackageGraph& graph;
  const std::vector<InstalledPackage>& installed;  ///< as graph.packages, by place; or empty
  const FileTree* files = nullptr;
  const ImageInfo* image = nullptr;
  std::span<const PackageRecord> records = {};
  std::span<const SbomRecord> sboms = {};
  bool by_headers = true;  ///< whether `installed` is as headers of packages have it
};

/// A scanner's view of a root, by its documented rules.
struct ScannerView {
  std::string_view id;            ///< "trivy"
  std::string_view name;          ///< "Trivy"
  std::size_t packages = 0;       ///< of the target's, those that it lists
  std::optional<std::size_t> of;  ///< how many the target has; nothing: nobody knows
  std::string distribution;       ///< "centos 7"; empty: it does not recognize it
  bool matches = false;           ///< it has advisories to hold the packages against
  std::vector<std::string> why;   ///< it sees less than there is, or matches nothing
};

struct Audit {
  std::vector<Finding> findings;           ///< the worst first, then by rule, package and path
  std::vector<std::string> not_looked_at;  ///< "files: the target is an RPM database"; sorted
  std::vector<std::string_view> rules;     ///< the ids of those that were looked for; sorted
  std::vector<ScannerView> scanners;       ///< where there are files; else none
};

/// Looks for everything that the input can tell. A rule whose input is not there does not fire, and
/// Audit::not_looked_at says so. Where there are no files but the packages' lists of them, what these say is looked at
/// instead.
Audit audit(const AuditInput& input);

/// The rule of what accept() finds; such findings cannot be accepted themselves.
inline constexpr std::string_view unused_acceptance = "unused-acceptance";

/// Marks the findings that the entries fit, each by the first that fits. An entry that fits none, though its rule was
/// looked for, becomes a finding of the rule unused_acceptance.
void accept(Audit& audit, const std::vector<Accepted>& accepted);

/// How many findings there are; accepted ones apart.
struct FindingCounts {
  std::size_t errors = 0, warnings = 0, notes = 0, accepted = 0;
};
FindingCounts count(const std::vector<Finding>& findings);

/// Whether there is a finding at this level or above that was not accepted.
bool fails(const std::vector<Finding>& findings, Severity level);

}  // namespace rootlet::analysis
