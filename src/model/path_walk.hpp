#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/files.hpp"

namespace rootlet {

/// An entry at a place of a root.
struct PathEntry {
  enum class Kind { missing, directory, link, other };
  Kind kind = Kind::missing;
  std::string_view target = {};  ///< of a link, as written; lives as long as the root
};

/// Which way a walk takes.
struct PathRules {
  bool last_too = true;       ///< a link in the last part is followed, too
  bool keep_missing = false;  ///< parts that are not there are kept, and ".." goes back from anywhere
};

/// Says what is at a place, a path from the root without links on the way: "/usr/bin". The root itself is not asked
/// for.
using EntryAt = std::function<PathEntry(const std::string& place)>;

/// Walks a path beneath a root as Linux does (path_resolution(7)): the one way that links are followed by. Asks for
/// each place on the way, in its order, those of links too; ".." asks once more for the one that it goes back from.
/// Leaves PathWalk::file empty.
PathWalk walk_path(std::string_view path, PathRules rules, const EntryAt& entry_at);

/// As FileTree::way(). `on_way` receives the links and directories on the way, and the file that is there.
PathWalk walk_path(const FileTree& tree, std::string_view path, bool last_too, std::vector<const TreeFile*>& on_way);

}  // namespace rootlet
