#pragma once

#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::rpm {

/// Puts the database in the directory `dbpath` of the calling process's root, which is in SQLite, into Berkeley DB's
/// form, byte for byte the same for the same packages: the headers as they are, under their numbers, and librpm's
/// indexes. Replaces what stands there under the names of Berkeley DB's files and removes the one in SQLite.
/// `later_indexes`: those too that librpm has since 4.13, of weak dependencies and triggers on files.
/// Returns the packages, keys among them, sorted.
/// Errors: a database that cannot be read or written; an index that librpm does not have.
std::vector<Nevra> rewrite_as_berkeley(const std::string& dbpath, bool later_indexes);

}  // namespace rootlet::rpm
