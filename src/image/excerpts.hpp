#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>

#include "image/read.hpp"
#include "rootlet/progress.hpp"

namespace rootlet::image {

/// Layers that several images have, read once for what tells their packages: an excerpt of a layer is a tar of all its
/// entries, in which only those files have their contents that were read of it. Images are read in processes, so
/// excerpts are files of one directory, which all of these use.
class Excerpts {
 public:
  /// `directory`: empty: there are none, and layers are read as they are.
  explicit Excerpts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// Goes through a layer's entries as Image::read_layer() does. Of a layer with others on top of it, which another
  /// image may be on, an excerpt is read where there is one, else made: so the layer has the digest it is called by.
  /// Not made are excerpts of more than 64 MB, of more than 256 MB together, or of what no excerpt tells (devices).
  /// `purpose`: name of what `visit` reads of a layer. Errors: as Image::read_layer().
  void read_layer(Image& image, std::size_t which, const std::string& purpose, const Image::Visit& visit,
                  Progress& progress) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace rootlet::image
