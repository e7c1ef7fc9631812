#pragma once

#include <string>
#include <utility>
#include <vector>

#include "../../support/images.hpp"
#include "base/fs.hpp"
#include "image/read.hpp"

namespace rootlet::test {

/// A directory for the images of a test.
struct Dir {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  [[nodiscard]] fs::path at(const std::string& name) const { return dir.path() / name; }
};

/// Paths and contents.
using Files = std::vector<std::pair<std::string, std::string>>;

/// Two files, "a" and "b".
extern const std::vector<made::TarFile> some;

Files read_layer(image::Image& image, std::size_t which);

/// All that can be wrong with an image, as one text: message, hint.
std::string error_of(const fs::path& path, const image::ImageReadOptions& options = {});

/// Layers that are not packed, and packed with zstd.
made::Layer plain(const std::vector<made::TarFile>& files);
made::Layer zstd(const std::vector<made::TarFile>& files);

}  // namespace rootlet::test
