#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "root/beneath.hpp"
#include "rootlet/build.hpp"
#include "rootlet/files.hpp"
#include "rootlet/recipe.hpp"
#include "tree_source.hpp"

namespace rootlet::make {

/// The files of a directory, tar or image, as they will be in the root.
struct OwnTree {
  std::size_t entry = 0;        ///< its place in Recipe::files
  std::vector<TreeFile> files;  ///< with paths, owners and modes of the root; in the source's order, which is sorted
  std::unique_ptr<TreeSource> source;
};

/// All that `files` of a recipe bring by trees. Stays open until it was added: content that changed since then is an
/// error.
struct OwnFiles {
  std::vector<OwnTree> trees;
};

/// Opens the trees of a recipe and notes in it what look_into_files() notes. Errors: as look_into_files().
OwnFiles open_own_files(Recipe& recipe, const Environment& environment, Progress& progress);

/// Adds `files` of a recipe to a root in their order. Directories that are there stay as they are; other files take the
/// place of what is there, but of no directory.
void add_own_files(const root::Root& root, const Recipe& recipe, const OwnFiles& own, Progress& progress);

/// Makers of the regular files of trees, by paths in the root: "files of the recipe: tar app.tar.gz", "files of the
/// recipe: image docker://example.org/app:1 (sha256:…)".
std::map<std::string, std::string> origins_of(const OwnFiles& own);

/// Requirements of programs among the files that an image gets by `files`: shared libraries as rpm's elfdeps writes
/// them, interpreters by their paths, without what the files have themselves. `trees`: of those entries that ask for
/// it.
std::vector<FileRequirement> requirements_of(const Recipe& recipe, const std::vector<OwnTree>& trees,
                                             Progress& progress);

}  // namespace rootlet::make
