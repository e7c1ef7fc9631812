#pragma once

#include <map>
#include <set>
#include <string>

#include "rootlet/package.hpp"

namespace rootlet::rpm {

/// Paths of packages' files, as their headers write them.
using PathsOfPackages = std::map<Nevra, std::set<std::string>>;

/// Notes in the database in the directory `dbpath` of the calling process's root that these files are not installed, as
/// an installation without documentation does: `rpm -V` does not look for them. Nothing else of the database changes.
/// Errors: a package or a file of one that it does not have; it cannot be read or written.
void note_not_installed(const PathsOfPackages& files, const std::string& dbpath);

}  // namespace rootlet::rpm
