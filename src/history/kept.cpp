#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>

#include "analysis/diff.hpp"
#include "analysis/roots.hpp"
#include "history/record.hpp"

namespace rootlet::history {
namespace {

/// Lower binds more: a requirement of run time counts before one of a scriptlet.
int looseness(EdgeKind kind) { return static_cast<int>(class_of(kind)) * 100 + static_cast<int>(kind); }

std::vector<IdleRequirement> kept_idle(const std::vector<IdleRequirement>& all) {
  std::set<IdleRequirement> kept;
  for (const IdleRequirement& one : all) kept.insert({one.from, analysis::unversioned(one.capability)});
  return {kept.begin(), kept.end()};
}

}  // namespace

PackageGraph kept_of(const PackageGraph& graph) {
  PackageGraph kept;
  kept.dependencies_known = graph.dependencies_known;
  for (const GraphPackage& one : graph.packages) {
    kept.packages.push_back({one.nevra, one.size(), std::nullopt, one.obsoletes});
  }
  std::map<std::tuple<PackageId, std::string, std::vector<PackageId>>, EdgeKind> kinds;
  for (const Dependency& one : graph.dependencies) {
    if (one.providers.empty()) continue;  // idle, too
    const auto [found, fresh] =
        kinds.try_emplace({one.from, analysis::unversioned(one.capability), one.providers}, one.kind);
    if (!fresh && looseness(one.kind) < looseness(found->second)) found->second = one.kind;
  }
  for (const auto& [key, kind] : kinds) {
    kept.dependencies.push_back({std::get<0>(key), std::get<1>(key), kind, {}, std::get<2>(key)});
  }
  std::sort(kept.dependencies.begin(), kept.dependencies.end());
  if (graph.idle) kept.idle = kept_idle(*graph.idle);
  for (const Root& root : graph.roots) {
    // Where a package file was is the business of the machine that it was on.
    const std::string name =
        is_local_package(root.name) ? std::filesystem::path(root.name).filename().string() : root.name;
    kept.roots.push_back({root.kind, name, {}, {}, root.packages});
  }
  analysis::sort_roots(kept.roots);
  return kept;
}

}  // namespace rootlet::history
