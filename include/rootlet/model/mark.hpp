#pragma once

#include <string>

namespace rootlet {

/// A place in a recipe's source; line and column count from 1, 0 means unknown.
struct Mark {
  std::string file;
  int line = 0;
  int column = 0;
  /// "nginx.yaml:3:5"
  [[nodiscard]] std::string str() const;
};

}  // namespace rootlet
