#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rootlet/graph.hpp"

namespace rootlet::analysis {

/// A way from a root to a package. Each package but the first meets a requirement of the one before it.
struct Chain {
  std::size_t root = 0;             ///< its place in PackageGraph::roots
  std::vector<PackageId> packages;  ///< first one that the root names, at last the package in question
};

struct ChainOptions {
  bool all = false;       ///< every chain without a package twice, not only each root's shortest ones
  std::size_t most = 10;  ///< chains of each root that are listed
};

struct Chains {
  std::vector<Chain> chains;  ///< by root, length and packages
  /// By place in PackageGraph::roots: how many there are, listed or not; nothing where there are more than could be
  /// counted (only with `all`).
  std::vector<std::optional<std::uint64_t>> counts;
};

Chains chains_to(const PackageGraph& graph, PackageId package, const ChainOptions& options);

/// Finds what stands behind one step of a chain: the places in PackageGraph::dependencies, sorted.
std::vector<std::size_t> dependencies_between(const PackageGraph& graph, PackageId from, PackageId to);

/// Conditions under which a package would leave.
struct Leaving {
  bool needed = false;  ///< roots lead to it over requirements that no other package could meet; else it may just go
  std::vector<std::size_t> named_by;  ///< roots that name the package itself: they would have to go
  /// The fewest packages that would have to go or be swapped so that nothing needs it any more; of several such cuts
  /// the one nearest to it. Minimum vertex cut (Menger 1927) between what roots name and the package, over those
  /// requirements that nothing else meets. Sorted. Where a requirement has several providers and all of them need the
  /// package, more may be listed than needed.
  std::vector<PackageId> cut;
  /// Directly, so that nothing else would do that could stay without it; sorted. What of these is not in the cut, only
  /// what is in the cut leads to: it would go, too.
  std::vector<PackageId> required_by;
  std::vector<PackageId> broken;  ///< all that cannot stay without it, itself included; sorted
};

/// Why a package is in a set.
struct Why {
  PackageId package = {};
  Chains chains;
  /// Every chain has a step of that sort: without these dependencies it would not be there.
  bool only_scriptlet = false, only_weak = false, only_conditional = false;
  Leaving leaving;
};

/// Error: none; a package that no root leads to has no chains.
Why why(const PackageGraph& graph, PackageId package, const ChainOptions& options);

struct TreeOptions {
  std::optional<PackageId> invert = std::nullopt;   ///< start at this package and show what requires it
  std::optional<std::size_t> depth = std::nullopt;  ///< levels below the first
  Kinds kinds = {};                                 ///< of the dependencies that are followed
};

/// A line of a tree, in the order in which it is printed.
struct TreeLine {
  std::optional<std::size_t> root = std::nullopt;   ///< a root's place in PackageGraph::roots
  std::optional<PackageId> package = std::nullopt;  ///< else a package
  std::size_t level = 0;
  bool last = false;                 ///< of those below the same line
  bool repeated = false;             ///< it has lines below it, which were shown at an earlier place
  std::vector<EdgeKind> kinds = {};  ///< of the dependencies that lead here from the line above; sorted
};

/// Each package is unfolded where it comes first. Lines below one are sorted by package.
/// Upright: below each root the packages that it names, below these what they require. Inverted: below the package what
/// requires it, and below a package the roots that name it.
std::vector<TreeLine> tree(const PackageGraph& graph, const TreeOptions& options);

/// Cost of a package or a root, in bytes of installed size.
struct Cost {
  std::uint64_t own = 0;        ///< the package's; of a root, of all packages that it names
  std::uint64_t exclusive = 0;  ///< bytes that would leave with it: its own and those of all that only it leads to
  std::uint64_t shared = 0;     ///< of the rest of what it leads to
  std::size_t exclusive_packages = 0;
};

struct Costs {
  std::vector<Cost> packages;  ///< by place in PackageGraph::packages
  std::vector<Cost> roots;     ///< by place in PackageGraph::roots
};

/// Adds up what would leave with each package, by dominators over the graph of strongly connected groups (a package
/// leaves with another where every way from a root to it leads through that one; F. E. Allen, "Control Flow Analysis",
/// 1970).
/// Packages that require each other leave together, so they have one exclusive size. Packages that no root leads to
/// count as if something led to each of their groups that no other package needs.
Costs costs(const PackageGraph& graph);

/// A graph without some packages and kinds of dependencies.
struct Remainder {
  std::vector<PackageId> staying;  ///< packages that roots still lead to; sorted
  std::vector<PackageId> leaving;  ///< the packages themselves, and what only they led to; sorted
  std::vector<PackageId> in_need;  ///< of those that stay, the ones that require one that leaves; sorted
};

/// Finds what remains where these packages are not there, and dependencies of other kinds bring nothing in. Packages
/// that no root leads to in the whole graph stay unless they are named.
Remainder without(const PackageGraph& graph, const std::vector<PackageId>& gone, const Kinds& kinds);

/// The installed size of packages in bytes.
std::uint64_t size_of(const PackageGraph& graph, const std::vector<PackageId>& packages);

/// By package, whether it is reached from the starts over the edges of adjacency().
std::vector<bool> reachable(const std::vector<std::vector<PackageId>>& next, const std::vector<PackageId>& starts);

/// The packages that no root leads to; sorted.
std::vector<PackageId> unreached(const PackageGraph& graph);

/// The packages that roots name; sorted.
std::vector<PackageId> root_packages(const PackageGraph& graph);
/// By package, whether it is one of the base's (Root::Kind::base).
std::vector<bool> in_base(const PackageGraph& graph);
std::size_t count_in_base(const PackageGraph& graph);

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
