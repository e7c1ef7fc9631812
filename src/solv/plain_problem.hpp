#pragma once

#include <string>
#include <vector>

#include "rootlet/package.hpp"

namespace rootlet::solv {

/// Problem that shows before the solver is asked about packages, in words.
struct PlainProblem {
  Mark mark;         ///< the recipe's entry
  std::string what;  ///< "the recipe enables the module stream nodejs:20"
  std::vector<std::string> causes;
  std::string hint = {};
};

}  // namespace rootlet::solv
