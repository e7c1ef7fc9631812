#include "edge_kinds.hpp"

#include <map>

namespace rootlet::make {
namespace {

/// By package, from a capability to the kinds of requirement it is.
using Kinds = std::vector<std::map<std::string, std::vector<EdgeKind>>>;

std::vector<RequiredBy> refined(const std::vector<RequiredBy>& edges, const Kinds& kinds) {
  std::vector<RequiredBy> result;
  for (const RequiredBy& edge : edges) {
    const bool weak = edge.kind == EdgeKind::recommends || edge.kind == EdgeKind::supplements;
    const auto& of_package = kinds.at(index(edge.package));
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
  return result;
}

}  // namespace

void refine_edge_kinds(Solution& solution, const std::vector<const std::vector<rpm::Requirement>*>& requirements) {
  Kinds kinds(requirements.size());
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    for (const rpm::Requirement& requirement : *requirements[i]) {
      auto& known = kinds[i][requirement.capability];
      known.insert(known.end(), requirement.kinds.begin(), requirement.kinds.end());
    }
  }
  for (ChosenPackage& chosen : solution.packages) {
    chosen.reason.required_by = refined(chosen.reason.required_by, kinds);
    sort_as_text(chosen.reason.required_by, solution.packages);
  }
}

}  // namespace rootlet::make
