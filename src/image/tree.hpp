#pragma once

#include <cstdint>
#include <filesystem>

#include "rootlet/progress.hpp"
#include "tar.hpp"

namespace rootlet::image {

/// Adds all that belongs into a layer from below `root`, see write(). No symbolic link is followed.
/// Memory grows with the largest directory and the number of hard links, not with the size of the files.
void add_tree(const std::filesystem::path& root, std::int64_t source_date_epoch, TarWriter& tar, Progress& progress);

/// Adds the content of a regular file as an entry; sets its size.
void add_file(const std::filesystem::path& path, TarEntry entry, TarWriter& tar);

}  // namespace rootlet::image
