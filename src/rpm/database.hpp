#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rootlet/files.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::rpm {

/// All packages of a database, and how they depend on each other. Public keys, which it keeps as packages of the name
/// gpg-pubkey, are none.
struct InstalledSet {
  std::vector<InstalledPackage> packages;  ///< sorted by NEVRA, the sizes of equal ones
  /// Sorted; PackageId: a place in `packages`. Requirements, met or not, and those Recommends and Supplements that are
  /// met. Suggests and Enhances bring nothing in. rpmlib's features are left out.
  std::vector<Dependency> dependencies;
  std::vector<IdleRequirement> idle;  ///< of Requires and Recommends; sorted
  std::vector<Clash> clashes;         ///< sorted; nothing clashes with itself
  std::vector<std::string> modules;   ///< module builds that packages are of, "nodejs:20:8100020240:489197e6"; sorted
};

/// A header as a database keeps it: without the magic number that it has in a file.
struct RawHeader {
  Nevra nevra;
  std::string bytes;
  bool is_key = false;  ///< a public key, which is no package
  std::string module;   ///< modularity label: "nodejs:18:8060020230306170237:…"; empty: of none
};

/// The headers of all packages and keys of a database, sorted by NEVRA; otherwise as read_database().
std::vector<RawHeader> read_headers(const std::filesystem::path& directory);

/// Reads the database (sqlite, ndb's Packages.db, or Berkeley DB's Packages) in a directory. Give it a copy that is its
/// alone: opening one may write beside it. Where `files` is false, packages come without their files and the key that
/// signed them. `links`: absolute targets of those of `merged_directories` that are links in the root ("/usr/sbin":
/// "/usr/bin"); scriptlets may have made them. Without, what packages own tells. Runs librpm in a process of its own,
/// which a damaged database may crash. Error: the cause alone. No packages: it is empty.
InstalledSet read_database(const std::filesystem::path& directory, bool files,
                           const std::map<std::string, std::string>& links = {});

}  // namespace rootlet::rpm
