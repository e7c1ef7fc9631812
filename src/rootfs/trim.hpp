#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "root/beneath.hpp"
#include "rootlet/files.hpp"
#include "rootlet/limits.hpp"
#include "rootlet/package.hpp"

namespace rootlet::rootfs {

/// Removes files of a root, and after them directories that hold nothing any more. `tree`: the root's files. `files`:
/// paths of it, no directories. `stays`: directories that are not removed even if they are empty. Those that had been
/// empty stay, too. Returns all that is gone. Error: something cannot be removed.
std::set<std::string> remove_trimmed(const root::Root& root, const FileTree& tree, const std::set<std::string>& files,
                                     const std::set<std::string>& stays);

/// Record of files that are gone, to be written down.
struct TrimRecord {
  std::string dbpath;                            ///< inside the root; its database is in SQLite
  std::map<Nevra, std::set<std::string>> files;  ///< that are gone, as the packages' headers write them
  std::vector<Nevra> emptied;                    ///< packages of which no file is left
  std::int64_t source_date_epoch = 0;            ///< in seconds since 1970
};

/// Notes in a root's RPM database that files are not installed, and takes those emptied packages out of it that nothing
/// which stays requires at run time. Returns these, sorted. Errors: as rpm::note_not_installed() and rpm::erase().
std::vector<Nevra> note_trimmed(const root::Root& root, const TrimRecord& record, const RecipeLimits& limits);

}  // namespace rootlet::rootfs
