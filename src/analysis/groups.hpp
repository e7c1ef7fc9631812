#pragma once

#include <cstdint>
#include <vector>

#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// A group's place in Groups::members.
enum class GroupId : std::uint32_t {};
constexpr std::size_t index(GroupId id) noexcept { return static_cast<std::size_t>(id); }

/// The packages of a graph by strongly connected component: those that require each other, directly or not, are one
/// group; any other package is one alone.
struct Groups {
  std::vector<std::vector<PackageId>> members;  ///< each sorted; a group comes before those that it requires
  std::vector<GroupId> of;                      ///< by package
  std::vector<std::vector<GroupId>> needs;      ///< by group: those that it requires; sorted, without itself
};

/// Follows dependencies of these kinds to all of their providers. The order depends on the graph alone.
Groups groups_of(const PackageGraph& graph, const Kinds& kinds = {});

/// By package: the packages that meet its requirements of these kinds; sorted, without itself.
std::vector<std::vector<PackageId>> adjacency(const PackageGraph& graph, const Kinds& kinds = {});

}  // namespace rootlet::analysis
