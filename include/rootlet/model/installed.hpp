#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rootlet/model/nevra.hpp"
#include "rootlet/model/package.hpp"

namespace rootlet {

/// A path that an installed package owns, as its header describes it. Size in bytes.
struct PackageFile {
  std::string path;
  std::uint32_t mode = 0;  ///< type and permissions, as in stat(2)
  std::uint64_t size = 0;
  std::string user;
  std::string group;
  std::string target;        ///< of a symbolic link
  Checksum digest;           ///< of a regular file's content; empty type and hex where the header has none
  std::string capabilities;  ///< as cap_to_text(3) writes them; empty: none
  bool config = false;
  bool doc = false;
  bool license = false;
  bool ghost = false;
  bool missing_ok = false;
  bool installed = true;  ///< false: left out on purpose (documentation, languages, another architecture's file)
  /// Attributes that `rpm -V` looks at; %verify(not md5 mode owner) takes them away.
  bool verify_digest = true, verify_mode = true, verify_owner = true;
};

/// A package as the database of a root describes it. Times in seconds since 1970.
struct InstalledPackage {
  Nevra nevra;
  std::uint64_t installed_size = 0;  ///< of all its files: RPM's figure
  std::uint64_t kept_size = 0;       ///< of those that the transaction put into the root
  std::int64_t install_time = 0;
  std::int64_t build_time = 0;
  std::string vendor;
  std::string license;
  std::string source_rpm;
  std::vector<std::string> obsoletes;  ///< names of packages that it takes the place of; sorted
  std::vector<std::string> provides;   ///< capabilities as written; sorted
  bool install_only = false;           ///< as DNF takes it: several versions may stand side by side (kernels)
  std::string signed_by;               ///< key id in lower-case hexadecimal; empty: not signed
  std::vector<PackageFile> files;      ///< sorted by path; empty where the target only lists packages
};

}  // namespace rootlet
