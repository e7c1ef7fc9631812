#include "package_json.hpp"

#include <nlohmann/json.hpp>

namespace rootlet {

using Json = nlohmann::ordered_json;

Json identity_json(const Package& package) {
  return {{"name", package.nevra.name},
          {"epoch", package.nevra.epoch},
          {"version", package.nevra.version},
          {"release", package.nevra.release},
          {"arch", package.nevra.arch},
          {"nevra", package.nevra.str()},
          {"repo", package.repo}};
}

Json required_by_json(const RequiredBy& use, const std::vector<ChosenPackage>& packages) {
  return {{"package", packages.at(index(use.package)).package.nevra.str()},
          {"capability", use.capability},
          {"kind", edge_kind_name(use.kind)}};
}

}  // namespace rootlet
