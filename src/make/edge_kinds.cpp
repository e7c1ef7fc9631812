#include "edge_kinds.hpp"

#include <algorithm>
#include <map>

namespace rootlet::make {
namespace {

/// NEVRA to capability to the kinds of requirement it is.
using Kinds = std::map<std::string, std::map<std::string, std::vector<EdgeKind>>>;

std::vector<RequiredBy> refined(const std::vector<RequiredBy>& edges, const Kinds& kinds) {
  std::vector<RequiredBy> result;
  for (const RequiredBy& edge : edges) {
    const bool weak = edge.kind == EdgeKind::recommends || edge.kind == EdgeKind::supplements;
    const auto& of_package = kinds.at(edge.package);
    const auto found = of_package.find(edge.capability);
    if (weak || found == of_package.end()) {
      result.push_back(edge);
      continue;
    }
    for (const EdgeKind kind : found->second) {
      result.push_back(edge);
      result.back().kind = kind;
    }
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace

void refine_edge_kinds(Solution& solution, const std::vector<const std::vector<rpm::Requirement>*>& requirements) {
  Kinds kinds;
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    auto& of_package = kinds[solution.packages.at(i).package.nevra.str()];
    for (const rpm::Requirement& requirement : *requirements[i]) {
      auto& known = of_package[requirement.capability];
      known.insert(known.end(), requirement.kinds.begin(), requirement.kinds.end());
    }
  }
  for (ChosenPackage& chosen : solution.packages) {
    chosen.reason.required_by = refined(chosen.reason.required_by, kinds);
  }
}

}  // namespace rootlet::make
