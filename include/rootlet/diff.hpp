#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/advisory.hpp"
#include "rootlet/package.hpp"

namespace rootlet {

/// Change of a package between two sets.
enum class ChangeKind {
  added,
  removed,
  upgraded,
  downgraded,
  resized,  ///< the same package, of another size
  renamed   ///< by Obsoletes
};
std::string_view change_kind_name(ChangeKind kind) noexcept;

/// A package that is not the same in two sets. Sizes in bytes.
struct PackageChange {
  ChangeKind kind = ChangeKind::added;
  std::optional<Nevra> before = {};  ///< none: it was not there
  std::optional<Nevra> after = {};   ///< none: it is not there any more
  std::uint64_t size_before = 0;
  std::uint64_t size_after = 0;
  std::size_t cause = 0;  ///< its place in Diff::causes
  bool in_base = false;   ///< of the base, in the set that has it last
  [[nodiscard]] std::int64_t bytes() const noexcept {
    return static_cast<std::int64_t>(size_after) - static_cast<std::int64_t>(size_before);
  }
};

/// Why packages came and went.
enum class CauseKind {
  line_added,           ///< a root that is new: an entry of the recipe, say
  line_removed,         ///< a root that is gone
  line_changed,         ///< a root that names other packages now
  requirement_added,    ///< a package that stays requires something new
  requirement_met,      ///< a package that stays requires what no other package was there for before
  requirement_dropped,  ///< a package that stays does not require something any more
  requirement_unmet,    ///< a package that stays required what no other package is there for any more
  provider_swapped,     ///< a requirement of a package that stays is met by another package
  provider_joined,      ///< a requirement of a package that stays is met by another package, too
  provider_left,        ///< a requirement of a package that stays was met by another package, too
  companion,            ///< a package supplements another, averts its conflict, or is there for its 32-bit sibling
  renamed,              ///< a package took the place of one that it obsoletes
  updated,              ///< other versions, or sizes, of packages that were there before: one cause a package
  unexplained           ///< packages that no root leads to
};
std::string_view cause_kind_name(CauseKind kind) noexcept;

/// A cause of changes. Each change has one.
struct ChangeCause {
  CauseKind kind = CauseKind::unexplained;
  std::string root = {};              ///< of line_…: its name
  std::optional<Nevra> package = {};  ///< the one that requires, in the set that in_earlier() says
  std::string capability = {};        ///< capability that it requires, or required
  EdgeKind edge = EdgeKind::runtime;
  std::optional<Nevra> before = {}, after = {};  ///< of provider_…, companion, renamed and updated
  std::vector<std::size_t> changes = {};         ///< places in Diff::changes, largest first
  std::int64_t bytes = 0;                        ///< of all of them
  /// Whether `package` is in the earlier set: of a requirement that is gone, and of a companion that went.
  [[nodiscard]] bool in_earlier() const noexcept;
};

/// Differences of two sets of packages. The bytes of all causes add up to the difference of the installed sizes.
struct PackageDiff {
  Totals before, after;                ///< packages and installed_size
  std::vector<PackageChange> changes;  ///< most bytes, up or down, first
  std::vector<ChangeCause> causes;     ///< most bytes, up or down, first
  [[nodiscard]] std::int64_t bytes() const noexcept {
    return static_cast<std::int64_t>(after.installed_size) - static_cast<std::int64_t>(before.installed_size);
  }
};

/// Bytes of files of one sort, before and after.
struct FileDifference {
  std::string name;  ///< a kind ("libraries"), a package's name, or a path
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

/// Differences of the files of two roots. `kinds` add up to the totals, and so do `packages`, in which "" stands
/// for what no package owns. Bytes of regular files, hard links once.
struct FilesDiff {
  std::uint64_t before = 0, after = 0;
  std::size_t added = 0, removed = 0, changed = 0;  ///< paths; changed: in type, content, mode, owner or target
  std::vector<FileDifference> kinds;                ///< those that differ; most bytes, up or down, first
  std::vector<FileDifference> packages;             ///< the same
  std::vector<FileDifference> largest;              ///< paths; the same, a few of them
};

/// A field of an image's configuration that is not the same.
struct ConfigDifference {
  std::string field;  ///< "entrypoint", "env PATH", "label version"
  std::string before, after;
};

/// An advisory as lists name it.
struct AdvisoryName {
  std::string id;
  AdvisorySeverity severity = AdvisorySeverity::unknown;
  std::vector<std::string> cves = {};  ///< sorted
  auto operator<=>(const AdvisoryName&) const = default;
};

/// Changes of advisories between two sets. The worst first, then by id.
struct AdvisoryChanges {
  std::vector<AdvisoryName> fixed;              ///< open before, and not any more
  std::vector<AdvisoryName> fresh;              ///< open now, and not before
  std::vector<AdvisoryName> still;              ///< open in both
  std::vector<std::string> not_looked_at = {};  ///< sorted
};

/// Differences of two targets.
struct Diff {
  std::string before, after;  ///< names of the targets
  PackageDiff packages;
  std::optional<FilesDiff> files;                                    ///< where both have files
  std::vector<ConfigDifference> config;                              ///< where both are images; by field
  std::optional<std::uint64_t> compressed_before, compressed_after;  ///< bytes of an image's layers
  /// Bytes of the layers' blobs that who has the first image must pull for the second; where both blobs are known.
  std::optional<std::uint64_t> pull = std::nullopt;
  std::optional<AdvisoryChanges> advisories = std::nullopt;  ///< of security; where there is a source of them
  std::string not_compared;  ///< why `packages` says nothing: "packages: nothing tells those of out/nginx"; else empty
};

}  // namespace rootlet
