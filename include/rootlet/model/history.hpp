#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/model/diff.hpp"
#include "rootlet/model/graph.hpp"

namespace rootlet {

/// An image as it was at one release. Sizes in bytes; what is not known is empty or 0.
struct HistoryRecord {
  static constexpr int current_version = 1;
  std::string image;                  ///< its name: a recipe's, say
  std::string label;                  ///< of the release: "42", "2026-11-21", "bookworm"
  std::string date;                   ///< YYYY-MM-DD
  std::string arch;                   ///< RPM's name
  std::string digest;                 ///< of the image: "sha256:…"
  std::string lock_digest;            ///< of what it was built from: "sha256:…"
  std::uint64_t download_size = 0;    ///< of the packages
  std::uint64_t compressed_size = 0;  ///< of the image's layers
  /// Capabilities without versions, one dependency for each of a package, of the kind that binds most; roots without
  /// marks.
  PackageGraph graph;

  [[nodiscard]] Totals totals() const noexcept {
    return {graph.packages.size(), graph.installed_size(), download_size};
  }
};

/// The records of one image for one architecture, by date, and what each changed.
struct Timeline {
  std::string image;
  std::string arch;
  std::vector<HistoryRecord> records;  ///< at least one; of one date in the order in which they were made
  std::vector<PackageDiff> steps;      ///< steps[i]: from records[i] to records[i + 1]
};

/// A line of a history file that is no record of this version.
struct DamagedLine {
  std::size_t line = 0;  ///< from 1
  std::string cause;
};

/// What an image may weigh; the `budget` of a recipe. All that is given must hold.
struct Budget {
  std::optional<std::uint64_t> installed_size = {};   ///< bytes
  std::optional<std::uint64_t> compressed_size = {};  ///< bytes
  std::optional<std::size_t> packages = {};
  std::optional<double> growth_percent = {};       ///< of installed_size, against an earlier record
  std::optional<std::uint64_t> growth_bytes = {};  ///< the same in bytes
};

}  // namespace rootlet
