#pragma once

#include <map>
#include <string>

namespace rootlet {

/// How a file was touched; several may be true.
struct Touch {
  bool opened = false;
  bool executed = false;
  bool mapped = false;     ///< its content, into memory
  bool looked_at = false;  ///< by stat(2) and its kin, or on the way to another file
  bool listed = false;     ///< the names in a directory
};

/// Paths beneath the root (absolute, no links unresolved in the last component unless the link itself was touched) and
/// how.
using TouchedFiles = std::map<std::string, Touch>;

}  // namespace rootlet
