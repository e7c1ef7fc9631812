#pragma once

#include <cstdint>
#include <filesystem>

#include "base/fs.hpp"
#include "image/write.hpp"
#include "rootlet/progress.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Fails early, and by the place's name, where a root of so many bytes cannot fit. Error: "cannot build in
/// '<directory>': No space left on device: …".
void require_space(const std::filesystem::path& directory, std::uint64_t bytes);

/// The time of the file system that a directory of ours is on, in seconds since 1970.
std::int64_t time_there(const OpenDirectory& directory);

/// A build with a single id can make an image, and not all that there is beside it: a directory is an error, tests as a
/// user are warned of.
void check_single_id(const Recipe& recipe, image::Format format, Progress& progress);

}  // namespace rootlet::make
