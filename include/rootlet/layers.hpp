#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace rootlet {

/// A recorded release of an image, as the layers of the next one look at it.
struct LayeredRelease {
  std::map<std::string, std::set<std::string>> packages;  ///< versions by name
  std::vector<std::vector<std::string>> layers;           ///< names by layer, lowest first; none: not known
};

}  // namespace rootlet
