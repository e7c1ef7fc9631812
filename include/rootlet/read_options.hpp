#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "rootlet/image.hpp"

namespace rootlet::installed {

/// How much of a root is read.
enum class Depth {
  database,  ///< only what tells its packages: the tree has no files
  files,     ///< all files, without their contents
  contents,  ///< with digests, scripts' interpreters and ELF facts
  copies     ///< and the contents themselves: of an image, a copy of them on disk
};

struct ReadOptions {
  Depth depth = Depth::database;
  std::string arch;  ///< RPM's name; which platform of an image; empty: the only one, else this machine's
  std::string tag;   ///< which image of several, as image::ImageReadOptions has it; empty: the only one
  /// Layers that unpack to more than 200 times their own size may unpack to so much in all; so may a whole archive
  /// (bytes).
  std::uint64_t unpacked_limit = image::default_unpacked_limit;
  /// Directory of excerpts of layers, for whoever reads many images with Depth::database; empty: none.
  std::filesystem::path excerpts = {};
};

}  // namespace rootlet::installed
