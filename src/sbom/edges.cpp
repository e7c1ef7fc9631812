#include <algorithm>

#include "rootlet/sbom.hpp"

namespace rootlet::sbom {

void add_edges(Sbom& sbom, const PackageGraph& graph) {
  sbom.dependencies_known = graph.dependencies_known;
  const auto stays = [&](PackageId id) { return sbom.packages.at(index(id)).role == SbomRole::part; };
  for (const Dependency& dependency : graph.dependencies) {
    if (class_of(dependency.kind) == KindClass::other && dependency.kind != EdgeKind::stated) continue;
    for (const PackageId provider : dependency.providers) {
      if (provider == dependency.from || (stays(dependency.from) && !stays(provider))) continue;
      sbom.edges.push_back({dependency.from, provider});
    }
  }
  for (const Root& root : graph.roots) {
    if (root.kind == Root::Kind::base) {
      for (const PackageId id : root.packages) sbom.packages.at(index(id)).in_base = true;
      continue;
    }
    sbom.asked_for.insert(sbom.asked_for.end(), root.packages.begin(), root.packages.end());
  }
  const auto in_order = [](auto& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  in_order(sbom.edges);
  in_order(sbom.asked_for);
}

}  // namespace rootlet::sbom
