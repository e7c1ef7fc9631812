#pragma once

#include <string>
#include <vector>

namespace rootlet {

/// System calls that a container may make: names, sorted, each once.
struct CallList {
  std::vector<std::string> seen;     ///< that programs have made in tests
  std::vector<std::string> similar;  ///< that do the same for another C library, its next version, or another path
  std::vector<std::string> always;   ///< that starting and ending a program takes, or a runtime before it
  [[nodiscard]] std::vector<std::string> all() const;
};

/// Adds what those that were seen do not tell.
CallList with_margin(const std::vector<std::string>& seen);

}  // namespace rootlet
