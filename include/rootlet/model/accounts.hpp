#pragma once

#include <cstdint>
#include <string>

namespace rootlet {

/// An owner that a package's files name and that did not exist when they were unpacked: they belong to root.
struct MissingOwner {
  std::string package;  ///< "httpd-0:2.4.62-1.x86_64"
  std::string name;
  bool group = false;       ///< a group rather than a user
  std::uint64_t files = 0;  ///< how many of the package's files name it
};

/// Fate of files whose owner nobody makes.
enum class Owners {
  warn,    ///< they belong to root, as rpm does it, and that is told
  strict,  ///< the build fails
};

}  // namespace rootlet
