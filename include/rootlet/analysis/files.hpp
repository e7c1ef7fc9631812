#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/analysis/owners.hpp"

namespace rootlet::analysis {

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
  std::string package;  ///< NEVRA; empty: no package owns it
};

/// Costs of the files of a tree, in bytes. Each file counts once: `directories`, `subdirectories` and `kinds` add up
/// to `total`, and so do `disk_size` and `unowned`.
struct FileCosts {
  FileTotals total;
  std::vector<DirectoryCost> directories;     ///< "/usr", …; "/" for files in it itself; largest first
  std::vector<DirectoryCost> subdirectories;  ///< "/usr/lib64", …; "/usr" for files in it itself; largest first
  std::vector<KindCost> kinds;                ///< those that occur; largest first
  std::vector<Duplicates> duplicates;         ///< what saves most first; none where contents were not read
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

}  // namespace rootlet::analysis
