#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/files.hpp"
#include "rootlet/package.hpp"
#include "rpm/open_package.hpp"
#include "rpm/package_accounts.hpp"

namespace rootlet::rpm {

/// Which files of packages a transaction puts into the root, beside those that always are.
struct KeptFiles {
  bool docs = false;
  std::vector<std::string> langs;  ///< locales
};

/// Requirement of a package, as metadata writes it ("bash >= 4", without an epoch of 0), and when: one kind or several.
struct Requirement {
  std::string capability;
  std::vector<EdgeKind> kinds;
};

/// Cause that sets a trigger off: a package that is installed, or a file whose path begins so.
struct TriggerCondition {
  std::string name;         ///< of the package; or how the path begins
  std::string version;      ///< that the package's is compared with; empty: any will do
  std::uint32_t flags = 0;  ///< librpm's, for the comparison
};

/// A scriptlet of a package, or a trigger, that an installation may run.
struct Scriptlet {
  std::string kind;                               ///< "%post"
  std::string program;                            ///< with its arguments: "/bin/sh", "<lua>"
  std::string body;                               ///< may be empty: the program alone runs
  bool of_files = false;                          ///< of a trigger: files set it off
  std::vector<TriggerCondition> conditions = {};  ///< of a trigger: any of them is enough
};

/// Facts of a package file's header that a build needs. Sizes in bytes, time in seconds since 1970.
struct HeaderInfo {
  Nevra nevra;
  std::uint64_t installed_size = 0;
  std::uint64_t kept_size = 0;  ///< of the regular files that are put into the root; hard links count once
  std::int64_t build_time = 0;
  bool states_epoch = false;  ///< else the epoch of 0 is only meant
  std::string license;
  std::string vendor;
  std::string source_rpm;                 ///< file name of the package that it was built from
  std::string url;                        ///< home page
  std::string modularity_label;           ///< "perl:5.24:…"; empty: of no module
  std::vector<PackageFile> files;         ///< all that it owns, directories and ghosts too; sorted by path
  std::vector<Requirement> requirements;  ///< without those on rpmlib's features
  /// The required features of rpmlib that this librpm lacks: "rpmlib(LargeFiles) <= 4.12.0-1".
  std::vector<std::string> missing_features;
  PackageAccounts accounts;           ///< owners as far as its files are kept
  std::vector<Scriptlet> scriptlets;  ///< of an installation, in the order in which they run
};

/// Reads a package file's header without checking signatures; what follows the header need not be there.
/// Error: "cannot read package 'x.rpm': …".
HeaderInfo read_header(const OpenPackage& package, const KeptFiles& kept = {});

}  // namespace rootlet::rpm
