#pragma once

#include <map>
#include <string>

#include "own_files.hpp"
#include "rootlet/build.hpp"
#include "rootlet/files.hpp"
#include "rootlet/recipe.hpp"

namespace rootlet::make {

/// Files of a built root, and by path what made those that no package owns.
struct BuiltFiles {
  FileTree tree;
  std::map<std::string, std::string> origins;
};

/// Makers of the regular files of a built root, by path, as far as no package owns them: a key of the recipe, rpm for
/// its database, else scriptlets. `result`: of the build, which says where the database is and which modules it noted.
std::map<std::string, std::string> origins_of(const FileTree& tree, const Recipe& recipe, const BuildResult& result,
                                              const OwnFiles& own = {});

}  // namespace rootlet::make
