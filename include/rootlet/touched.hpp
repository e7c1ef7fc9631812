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
  bool written = false;    ///< opened for writing, made, renamed, taken away, or its owner, mode or time changed
};

/// Adds what else was done to a file.
inline void add_touch(Touch& to, const Touch& more) {
  to.opened = to.opened || more.opened;
  to.executed = to.executed || more.executed;
  to.mapped = to.mapped || more.mapped;
  to.looked_at = to.looked_at || more.looked_at;
  to.listed = to.listed || more.listed;
  to.written = to.written || more.written;
}

/// Paths beneath the root (absolute, no links unresolved in the last component unless the link itself was touched) and
/// how.
using TouchedFiles = std::map<std::string, Touch>;

}  // namespace rootlet
