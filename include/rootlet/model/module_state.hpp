#pragma once

#include <set>
#include <string>

namespace rootlet {

/// Note of DNF on a module once it has installed a set: the stream that is enabled and the profiles that were
/// installed, or that the module is disabled.
struct ModuleState {
  std::string name;
  std::string stream = {};  ///< empty: the module is disabled
  std::set<std::string> profiles = {};
  bool operator==(const ModuleState&) const = default;
};

}  // namespace rootlet
