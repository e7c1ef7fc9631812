#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "image/read.hpp"
#include "rootlet/build.hpp"
#include "rootlet/files.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// The opened directory, tar or image of an entry of `files`.
class TreeSource {
 public:
  TreeSource() = default;
  TreeSource(const TreeSource&) = delete;
  TreeSource& operator=(const TreeSource&) = delete;
  virtual ~TreeSource() = default;

  /// Files of it that are taken, by paths from the top of what is taken: "/lib/libapp.so". The top itself, a directory
  /// or a file alone, comes first and has the empty path. Sorted, with digests, interpreters and ELF facts; of a hard
  /// link only its first path has them.
  [[nodiscard]] const std::vector<TreeFile>& files() const noexcept { return files_; }

  /// Takes the content of the regular file at a place in files().
  using Visit = std::function<void(std::size_t place, image::Content& content)>;
  /// Gives the content of each regular file once, in any order: of hard links the first.
  virtual void read(const Visit& visit, Progress& progress) const = 0;

  /// How others know it: "image docker://example.org/app:1", "tar app.tar.gz". No directory of this machine.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Of an image, of its manifest: "sha256:…"; else empty.
  [[nodiscard]] const std::string& image_digest() const noexcept { return image_digest_; }

 protected:
  std::vector<TreeFile> files_;
  std::string name_;
  std::string image_digest_;
};

/// Opens it and looks through all that is taken. `arch`: RPM's name of the architecture, of an image's index. Errors:
/// it cannot be read, or has nothing to take; what is taken is a device, a pipe or a socket, or has the name of a
/// whiteout.
std::unique_ptr<TreeSource> open_source(const RecipeTree& tree, const std::string& arch, const Environment& environment,
                                        Progress& progress);

}  // namespace rootlet::make
