#pragma once

#include <string>
#include <vector>

#include "base/fs.hpp"
#include "installed/tree.hpp"

namespace rootlet::test {

struct Dir {
  TempDir dir{fs::temp_directory_path(), "rootlet-test-"};
  [[nodiscard]] fs::path at(const std::string& name) const { return dir.path() / name; }
};

/// An image, or else a root directory.
installed::Tree read(const fs::path& path, installed::Depth depth, const std::string& tag = "");

/// All that a tree says of each file, as one line. Without `times`, not when it was changed; it is never said of
/// directories, whose times tell when files were put into them.
std::vector<std::string> described(const FileTree& tree, bool times = true);

}  // namespace rootlet::test
