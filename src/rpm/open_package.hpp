#pragma once

#include <string>

namespace rootlet::rpm {

/// A package file, open for reading at any offset. The caller keeps and closes the descriptor; where it is read next is
/// nobody's concern.
struct OpenPackage {
  int fd = -1;
  std::string name;  ///< for messages
};

}  // namespace rootlet::rpm
