#include "analysis/hubs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "analysis/groups.hpp"
#include "rootlet/analysis.hpp"

namespace rootlet::analysis {
namespace {

/// By package, whether starts lead to it other than by one step.
std::vector<bool> reached_without(const std::vector<std::vector<PackageId>>& next, const std::vector<PackageId>& starts,
                                  PackageId from, PackageId to) {
  std::vector<bool> seen(next.size());
  std::vector<PackageId> pending;
  const auto visit = [&](PackageId id) {
    if (!seen[index(id)]) pending.push_back(id);
    seen[index(id)] = true;
  };
  for (const PackageId id : starts) visit(id);
  while (!pending.empty()) {
    const PackageId at = pending.back();
    pending.pop_back();
    for (const PackageId id : next[index(at)]) {
      if (at != from || id != to) visit(id);
    }
  }
  return seen;
}

template <class T>
void sort_by_bytes(std::vector<T>& list) {
  std::stable_sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.bytes > b.bytes; });
}

}  // namespace

std::vector<FleetRequirement> dear_requirements(const PackageGraph& graph) {
  const auto next = adjacency(graph);
  const std::vector<PackageId> starts = root_packages(graph);
  const std::vector<bool> all = reachable(next, starts);
  std::vector<bool> is_start(next.size());
  for (const PackageId id : starts) is_start[index(id)] = true;
  std::vector<FleetRequirement> found;
  for (std::size_t from = 0; from < next.size(); ++from) {
    if (!all[from]) continue;
    for (const PackageId to : next[from]) {
      if (is_start[index(to)]) continue;
      const std::vector<bool> left = reached_without(next, starts, package_id(from), to);
      if (left[index(to)]) continue;
      FleetRequirement one{static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(index(to)), 0, 0};
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (!all[i] || left[i]) continue;
        one.bytes += graph.packages[i].size();
        ++one.packages;
      }
      found.push_back(one);
    }
  }
  return found;
}

std::vector<FleetHub> fleet_hubs(const Fleet& fleet) {
  std::map<std::string, FleetHub> hubs;
  for (const FleetImage& image : fleet.images) {
    std::set<std::string> seen;
    for (const FleetMember& member : image.packages) {
      const std::string& name = fleet.packages[member.package].nevra.name;
      FleetHub& hub = hubs[name];
      hub.name = name;
      hub.own += member.size;
      hub.bytes += member.retained;
      if (seen.insert(name).second) ++hub.images;
    }
  }
  std::vector<FleetHub> list;
  for (const auto& [name, hub] : hubs) list.push_back(hub);
  sort_by_bytes(list);
  return list;
}

std::vector<FleetBridge> fleet_bridges(const Fleet& fleet) {
  std::map<std::pair<std::string, std::string>, FleetBridge> bridges;
  for (const FleetImage& image : fleet.images) {
    for (const FleetRequirement& one : image.requirements) {
      const std::string& from = fleet.packages[one.from].nevra.name;
      const std::string& to = fleet.packages[one.to].nevra.name;
      FleetBridge& bridge = bridges[{from, to}];
      bridge.from = from;
      bridge.to = to;
      bridge.bytes += one.bytes;
      bridge.packages = std::max(bridge.packages, one.packages);
      ++bridge.images;
    }
  }
  std::vector<FleetBridge> list;
  for (const auto& [names, bridge] : bridges) list.push_back(bridge);
  sort_by_bytes(list);
  return list;
}

}  // namespace rootlet::analysis
