#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/drawing.hpp"
#include "rootlet/analysis.hpp"
#include "rootlet/graph.hpp"
#include "rootlet/package.hpp"

namespace rootlet::report {

/// Graph as JSON for other programs:
///   "packages": [{"id", "name", "epoch", "version", "release", "arch", "nevra", "installed_size", "disk_size",
///                 "group", "root", "reached"}]: disk_size and group may be null; "root": a root names it;
///   "roots":    [{"id", and as root_json(), "packages": [ids]}];
///   "groups":   [{"id", "packages": [ids], "collapsed"}]: packages that require each other;
///   "edges":    [{"from", "to", "class", "requirements": [{"from", "to", "capability", "kind", "form", "condition",
///                 "others"}]}]: "from" and "to" of an edge are packages, or collapsed groups; those of a requirement
///                 are packages, and "others" is what would do in place of its "to";
///   "unmet":    [{"from", "capability", "kind"}];
///   "implied":  how many edges were left out because a longer way says the same.
/// Sizes in bytes, all lists sorted, ids as node_ids() makes them.
nlohmann::ordered_json to_json(const PackageGraph& graph, const analysis::View& view);

/// Options of an SVG.
struct SvgOptions {
  std::string title;       ///< "Packages of nginx.yaml"
  bool standalone = true;  ///< a file of its own: with styles, legend, and what each edge stands for
};

/// A drawing as SVG 1.1, in UTF-8. Nodes and edges have the ids of the view, `class`es for their kind, and say in
/// their <title> what they stand for. Nothing in it refers to anything outside.
std::string svg_text(const PackageGraph& graph, const analysis::View& view, const graph::Drawing& drawing,
                     const SvgOptions& options);

/// Text for XML and HTML: legible, with & < > " ' as entities.
std::string escaped(std::string_view text);

/// Input of a page.
struct PageInput {
  std::string title;                              ///< the target as the user named it
  const PackageGraph& graph;                      ///< the whole
  const analysis::View& overview;                 ///< the part of it that is drawn
  const graph::Drawing& drawing;                  ///< its layout; without nodes: it is too large to be drawn
  std::optional<PackageId> focus = std::nullopt;  ///< the package to start with; else the largest avoidable one
  Kinds kinds = {};                               ///< the requirements that are switched on at first
  std::vector<std::vector<Alternative>> alternatives = {};  ///< by package, those that lost to it; or empty
};

/// Page of a graph: one HTML file that needs nothing from the network, with a search, neighbourhoods, a treemap, a
/// table and the drawing. Without scripts it is the drawing and the table. Error: this build has no visualization
/// library.
std::string page_text(const PageInput& input);

}  // namespace rootlet::report
