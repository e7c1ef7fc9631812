#pragma once

#include <map>
#include <string>
#include <vector>

namespace rootlet::recipe {

/// Knowledge of packages when the smallest set is looked for: src/recipe/guard_rails.yaml, which is part of
/// the library.
struct GuardRails {
  std::vector<std::string> keep_provider;             ///< as Goal::guard_rails; sorted
  std::map<std::string, std::string> fewer_features;  ///< lack of a small package, by its name: part of a sentence
};
GuardRails guard_rails();

}  // namespace rootlet::recipe
