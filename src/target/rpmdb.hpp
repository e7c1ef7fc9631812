#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "rootlet/rpm/database.hpp"
#include "rootlet/target/tree.hpp"

namespace rootlet::target {

/// Copies an RPM database, named by its file or its directory, for librpm to open.
/// Error: a kind that librpm cannot read here, by name.
Spool copy_database(const std::filesystem::path& path);

/// Reads the copied database. `name` says in messages whose it is; links: as in Tree. Errors: a damaged one, one of
/// another kind.
rpm::InstalledSet read_copy(const Spool& spool, const std::string& name, bool files,
                            const std::map<std::string, std::string>& links = {});

}  // namespace rootlet::target
