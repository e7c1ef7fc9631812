#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fs.hpp"
#include "image/write.hpp"
#include "rootlet/progress.hpp"
#include "tar.hpp"

namespace rootlet::image {

/// Rule for mtimes: later ones than the epoch, and those of the time when the root was made, the epoch.
struct Times {
  std::int64_t epoch = 0;
  std::int64_t made_from = 0, made_until = -1;
  std::optional<std::int64_t> directories = {};  ///< of all directories, whatever theirs is

  [[nodiscard]] std::int64_t of(std::int64_t mtime) const noexcept {
    return mtime > epoch || (mtime >= made_from && mtime <= made_until) ? epoch : mtime;
  }
};

/// Adds all that belongs into a layer from below the open directory `root`, see write(). No symbolic link is followed.
/// Of a file with several names, those in the part are links to the first of them. Memory grows with the largest
/// directory and the number of hard links, not with the size of the files.
void add_tree(int root, const TreePart& part, const Times& times, TarWriter& tar, Progress& progress);

/// Adds the content of a regular file of a directory as an entry; sets its size.
void add_file(const OpenDirectory& directory, const std::string& name, TarEntry entry, TarWriter& tar);

}  // namespace rootlet::image
