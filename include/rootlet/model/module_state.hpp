#pragma once

#include <set>
#include <string>

namespace rootlet {

/// What DNF would note of a module after it had installed a set: the stream that is enabled and the profiles that were
/// installed, or that the module is disabled.
struct ModuleState {
  std::string name;
  std::string stream = {};  ///< empty: the module is disabled
  std::set<std::string> profiles = {};
  bool operator==(const ModuleState&) const = default;
};

}  // namespace rootlet
