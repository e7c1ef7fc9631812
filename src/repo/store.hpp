#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "rootlet/package.hpp"
#include "rootlet/progress.hpp"
#include "transfer.hpp"

namespace rootlet::repo {

/// A file known by its checksum: where it stands in the cache and where it comes from.
struct StoredFile {
  std::filesystem::path path;
  Checksum checksum;                 ///< empty: of a file of which only the beginning is wanted
  std::uint64_t size = 0;            ///< bytes; 0: not known
  std::vector<std::string> mirrors;  ///< for bring()
  std::string location;
  SharedConnection connection = {};
  std::uint64_t limit = 0;  ///< bytes, where the size is not known
  std::string label;        ///< for progress
};

enum class FileState { missing, damaged, intact };

/// Compares size and checksum, where there is one, of each file with what they should be, several at a time.
/// Files that cannot be read count as damaged.
std::vector<FileState> inspect(std::span<const StoredFile> files);

/// Downloads files into `store` (the folder of all their paths), except those that another process has brought
/// meanwhile. Each appears under its name only when it is complete and its checksum fits. What a killed run has left
/// is continued. Returns, for each file, why it could not be had; without a cause: it is there.
std::vector<TransferProblem> bring(std::span<const StoredFile> files, const std::filesystem::path& store,
                                   std::chrono::seconds timeout, std::string_view task, Progress& progress);

}  // namespace rootlet::repo
