#include "rootlet/standalone.hpp"

#include "analysis/groups.hpp"
#include "analysis/solution.hpp"
#include "base/digest.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/error.hpp"

namespace rootlet::make {
namespace {

/// Packages that the entries of the recipe lead to, whether the base has them or not.
std::vector<PackageId> needed(const PackageGraph& graph) {
  std::vector<PackageId> starts;
  for (const Root& root : graph.roots) {
    if (root.kind == Root::Kind::line) starts.insert(starts.end(), root.packages.begin(), root.packages.end());
  }
  std::vector<std::vector<PackageId>> next(graph.packages.size());
  for (const Dependency& dependency : graph.dependencies) {
    if (class_of(dependency.kind) == KindClass::weak) continue;
    auto& list = next[index(dependency.from)];
    list.insert(list.end(), dependency.providers.begin(), dependency.providers.end());
  }
  const std::vector<bool> reached = analysis::reachable(next, starts);
  std::vector<PackageId> found;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i]) found.push_back(package_id(i));
  }
  return found;
}

}  // namespace

std::variant<Recipe, Unsolvable> standalone(const Recipe& recipe, const Environment& environment, Progress& progress) {
  if (recipe.base.empty()) throw usage_error("the image has no base whose packages its own could fit");
  Recipe alone = recipe;
  look_into_files(alone, environment, progress);
  Resolved resolved = resolve(alone, environment, progress);
  if (auto* unsolvable = std::get_if<Unsolvable>(&resolved.outcome)) return std::move(*unsolvable);
  const PackageGraph graph = analysis::graph_of(std::get<Solution>(resolved.outcome), analysis::Part::whole);
  alone.base.clear();
  std::string all = recipe.digest + " standalone";
  for (const PackageId id : needed(graph)) {
    const std::string nevra = graph.at(id).nevra.str();
    alone.selection.packages.push_back({nevra, {}});
    all += " " + nevra;
  }
  alone.digest = digest_of(all);
  return alone;
}

}  // namespace rootlet::make
