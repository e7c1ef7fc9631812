#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rootlet {

/// A part of the cache and what it takes.
struct CachePart {
  std::string name;  ///< "packages", "metadata", "blobs", …
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< of the files' contents
};

/// Result of pruning a cache.
struct PrunedCache {
  std::uint64_t removed_files = 0;
  std::uint64_t removed_bytes = 0;
  std::uint64_t bytes = 0;  ///< that are left
};

/// The parts of a cache that there are, by name. Nothing in it is believed. Error: it cannot be read.
std::vector<CachePart> cache_parts(const std::filesystem::path& cache_dir);

/// Removes files of a cache, those first that were not used for longest, until it takes `most` bytes or less. Keys
/// stay, and so does what was used within the last hour: a build may be at it. Whatever goes is brought or made again
/// when it is needed. Errors: the cache is not its user's own; a file cannot be removed.
PrunedCache prune_cache(const std::filesystem::path& cache_dir, std::uint64_t most);

}  // namespace rootlet
