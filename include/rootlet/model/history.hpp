#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/model/package.hpp"

namespace rootlet {

/// A package of a record, with the way to it that analysis::ways() found: as much of the graph as a record keeps.
struct HistoryPackage {
  Nevra nevra;
  std::uint64_t installed_size = 0;             ///< bytes
  std::vector<std::string> obsoletes = {};      ///< names
  std::optional<std::size_t> root = {};         ///< the place in HistoryRecord::roots of the root that names it
  std::optional<std::size_t> required_by = {};  ///< else the place in HistoryRecord::packages of one that requires it
  std::string capability = {};                  ///< … and what that one requires
  EdgeKind kind = EdgeKind::runtime;
};

/// An image as it was at one release. Sizes in bytes; what is not known is empty or 0.
struct HistoryRecord {
  static constexpr int current_version = 1;
  std::string image;
  std::string label;        ///< of the release: "42", "2026-11-21", "bookworm"
  std::string date;         ///< YYYY-MM-DD
  std::string arch;         ///< RPM's name
  std::string digest;       ///< of the image: "sha256:…"
  std::string lock_digest;  ///< of what it was built from: "sha256:…"
  Totals totals;
  std::uint64_t compressed_size = 0;     ///< of the layers
  std::uint64_t unpacked_size = 0;       ///< of the layers' content
  std::vector<std::string> roots;        ///< names: entries of the recipe, say
  std::vector<HistoryPackage> packages;  ///< sorted by NEVRA
};

/// What an image may weigh; the `budget` of a recipe. All that is given must hold.
struct Budget {
  std::optional<std::uint64_t> installed_size = {};   ///< bytes
  std::optional<std::uint64_t> compressed_size = {};  ///< bytes
  std::optional<std::size_t> packages = {};
  std::optional<double> growth_percent = {};       ///< of installed_size, against the record before
  std::optional<std::uint64_t> growth_bytes = {};  ///< the same in bytes
};

}  // namespace rootlet
