#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/model/graph.hpp"

namespace rootlet::analysis {

/// Options of a drawing: what of a graph is drawn.
struct ViewOptions {
  /// Only this package, what leads to it from the roots, and what it requires.
  std::optional<PackageId> focus = std::nullopt;
  /// At most so many steps from `focus`, each way; without one, from the roots. A root's own package is one step away.
  std::optional<std::size_t> depth = std::nullopt;
  bool reduce = false;    ///< without edges between groups that a longer way says, too (transitive reduction)
  bool collapse = false;  ///< packages that require each other as one node
  Kinds kinds = {};       ///< only these; a package that none of them leads to or from is left out
};

/// A requirement that an edge stands for.
struct ViewRequirement {
  PackageId from = {};
  PackageId to = {};
  std::string capability;
  EdgeKind kind = EdgeKind::runtime;
  Condition condition = {};
  std::vector<PackageId> others = {};  ///< the other packages of the set that would do; sorted
  auto operator<=>(const ViewRequirement&) const = default;
};

struct ViewNode {
  enum class Kind { root, package, group };
  Kind kind = Kind::package;
  std::string id;                        ///< see node_ids()
  std::string label;                     ///< as written outside: not safe to print
  std::uint64_t size = 0;                ///< installed, in bytes; of a root: 0
  std::vector<PackageId> packages = {};  ///< the one, the group's, or those that the root names; sorted
  std::size_t root = 0;                  ///< of a root: its place in PackageGraph::roots
  bool reached = true;                   ///< from a root, over the chosen kinds
  bool focus = false;
};

/// All that one node requires of another.
struct ViewEdge {
  std::size_t from = 0;  ///< places in View::nodes
  std::size_t to = 0;
  std::vector<ViewRequirement> requirements = {};  ///< sorted; empty: from a root
  KindClass strongest = KindClass::runtime;        ///< the first in KindClass's order
};

/// A group that is not collapsed.
struct ViewCluster {
  std::string id;
  std::vector<std::size_t> nodes;  ///< sorted
};

/// A requirement that no package of the set meets.
struct ViewUnmet {
  std::size_t from = 0;
  std::string capability;
  EdgeKind kind = EdgeKind::runtime;
};

/// A graph as it is drawn or written: plain, and always in the same order.
struct View {
  std::vector<ViewNode> nodes;        ///< roots first, in the graph's order, then packages and groups by id
  std::vector<ViewEdge> edges;        ///< by `from` and `to`
  std::vector<ViewCluster> clusters;  ///< by id
  std::vector<ViewUnmet> unmet;       ///< by `from`, capability and kind
  std::size_t implied = 0;            ///< edges that `reduce` left out
};

View view_of(const PackageGraph& graph, const ViewOptions& options = {});

/// The view without the edges that `reduce` leaves out.
View reduced(View view);

/// By package: "p-" and its name.arch; where several packages share that, the whole NEVRA. Letters, digits and "-"
/// stand for themselves, "_2e" for the byte 0x2e, so that ids do for XML and CSS as they are and depend on no other
/// package; should two have all in common, "_x2" follows the second.
std::vector<std::string> node_ids(const PackageGraph& graph);

/// By root: "r-" and its name in the same way; its place in a recipe would shift.
std::vector<std::string> root_ids(const PackageGraph& graph);

/// "e-p-bash_2ex86_5f64_-p-glibc_2ex86_5f64": the ids of what it joins, with "_-" between them.
std::string edge_id(const View& view, const ViewEdge& edge);

}  // namespace rootlet::analysis
