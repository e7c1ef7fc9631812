#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "installed/tree.hpp"
#include "rpm/database.hpp"

namespace rootlet::installed {

/// Copies RPM databases, named by a file or by the directory that they are in, for librpm to open.
/// Error: there is none.
Spool copy_databases(const std::filesystem::path& path);

/// Reads the copied databases: the first one that holds packages counts; `warnings` tells what others there are, and
/// `records`, where asked for, what each holds. No packages: all are empty. `name` says in messages whose they are;
/// links: as in Tree. Errors, where none holds packages: one is damaged.
rpm::InstalledSet read_copies(const Spool& spool, const std::string& name, bool files,
                              std::vector<std::string>& warnings, const std::map<std::string, std::string>& links = {},
                              std::vector<PackageRecord>* records = nullptr);

}  // namespace rootlet::installed
