#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::rpm {

/// Accounts that a package tells of.
struct PackageAccounts {
  Nevra package;
  /// Lines of sysusers.d(5) that come from one file of the package: user(x), group(x) and groupmember(x/y) that it
  /// provides with the line in base64, as rpm 4.19 and later write them.
  struct Source {
    std::string file;  ///< "/usr/lib/sysusers.d/httpd.conf"; empty: of no file
    std::vector<std::string> lines;
  };
  std::vector<Source> sources;
  /// Owners that its files name, and how many files each has. %ghost files are nobody's: rpm does not make them.
  std::map<std::string, std::uint64_t> users;
  std::map<std::string, std::uint64_t> groups;
};

}  // namespace rootlet::rpm
