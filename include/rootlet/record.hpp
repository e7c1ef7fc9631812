#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/diff.hpp"
#include "rootlet/graph.hpp"

namespace rootlet {

/// A layer of an image that was recorded.
struct RecordLayer {
  std::string digest;               ///< of the blob: "sha256:…"
  std::uint64_t size = 0;           ///< of the blob, in bytes
  std::vector<PackageId> packages;  ///< that it is made for; sorted
  bool operator==(const RecordLayer&) const = default;
};

/// An image as it was at one release. Sizes in bytes; what is not known is empty or 0.
struct HistoryRecord {
  static constexpr int current_version = 4;
  std::string image;                     ///< its name: a recipe's, say
  std::string label;                     ///< of the release: "42", "2026-11-21", "bookworm"
  std::string date;                      ///< YYYY-MM-DD
  std::string arch;                      ///< RPM's name
  std::string digest;                    ///< of the image: "sha256:…"
  std::string lock_digest;               ///< of what it was built from: "sha256:…"
  std::uint64_t download_size = 0;       ///< of the packages
  std::uint64_t compressed_size = 0;     ///< of the image's layers
  std::vector<RecordLayer> layers = {};  ///< of an image whose blobs are known, lowest first
  bool sizes_kept = false;               ///< packages count what stays of them in the image; else all their files
  /// Capabilities without versions, one dependency for each of a package, of the kind that binds most; roots without
  /// marks. Records of version 1 do not know idle requirements.
  PackageGraph graph;

  [[nodiscard]] Totals totals() const noexcept {
    return {graph.packages.size(), graph.installed_size(), download_size};
  }
};

/// Security advisories of a record, by those that are known today.
struct RecordAdvisories {
  std::vector<AdvisoryName> open;   ///< the worst first, then by id
  std::vector<AdvisoryName> fixed;  ///< open in the record before, and not in this one
  std::vector<AdvisoryName> fresh;  ///< the reverse
};

/// The records of one image for one architecture, by date, and what each changed.
struct Timeline {
  std::string image;
  std::string arch;
  std::vector<HistoryRecord> records;  ///< at least one; of one date in the order in which they were made
  std::vector<PackageDiff> steps;      ///< steps[i]: from records[i] to records[i + 1]
  /// Bytes of blobs of records[i + 1] that who has records[i] must pull; nothing: it is not known.
  std::vector<std::optional<std::uint64_t>> pulls = {};
  std::vector<RecordAdvisories> advisories = {};  ///< by record; empty: that was not asked for
  std::vector<std::string> not_looked_at = {};    ///< for advisories; sorted
};

/// A limit of a budget, and what was found.
struct BudgetCheck {
  std::string limit;         ///< "installed_size", "compressed_size", "packages", "growth", "advisories"
  std::string unit;          ///< "bytes", "packages" or "advisories"
  std::int64_t allowed = 0;  ///< the most, in that unit
  std::int64_t found = 0;
  std::uint64_t own_files = 0;         ///< bytes of it that `files` of the recipe bring: of installed_size
  std::optional<double> percent = {};  ///< of a growth that is limited so: `allowed` is that much of the earlier size
  std::optional<AdvisorySeverity> severity = {};  ///< of advisories: which are counted
  [[nodiscard]] bool over() const noexcept { return found > allowed; }
};

/// A line of a history file that is no record of this version.
struct DamagedLine {
  std::size_t line = 0;  ///< from 1
  std::string cause;
};

}  // namespace rootlet
