#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "rootlet/analysis.hpp"
#include "rootlet/graph.hpp"

namespace rootlet::graph {

/// A place in a drawing, in its pixels; y goes down.
struct Point {
  double x = 0, y = 0;
};

/// A node as it is drawn: a square whose area is to scale, and its label on the right of it. A root has no square.
struct Shape {
  Point centre = {};  ///< of the whole
  double width = 0;
  double height = 0;
  double side = 0;         ///< of the square
  bool to_scale = true;    ///< false: it would be too small to see, and has the least side instead
  std::string label = {};  ///< legible, shortened where it is long
  std::string size = {};   ///< "1.23 MB"; empty in large drawings
};

struct Area {
  Point from, to;  ///< upper left, lower right
};

/// A view with places for all it has: `nodes`, `edges` and `clusters` by place in the view.
struct Drawing {
  double width = 0;
  double height = 0;
  double bytes_per_pixel = 0;  ///< bytes that one square pixel of a node's area stands for; 0: nothing has a size
  std::vector<Shape> nodes;
  std::vector<std::vector<Point>> edges;  ///< cubic Bézier curves, end to end: 3 n + 1 points
  std::vector<Area> clusters;
};

/// The view with no more edges than can be drawn in seconds and told apart: beyond 1,500 only those that no longer way
/// says, too (analysis::reduced()).
analysis::View drawable(analysis::View view);

/// Lays out from left to right by Graphviz's dot. The result depends on the view alone: no plugin, font, locale or
/// configuration of the host takes part. Errors: more than 20,000 nodes or edges, what Graphviz says.
Drawing draw(const analysis::View& view);

/// Loads what draw() needs. Errors: Graphviz is not on this host, with the package that has it.
void require_graphviz();

/// The view in Graphviz's DOT language (graphviz.org, "DOT Language"): `id`, `label`, `tooltip` and `class` as
/// Graphviz knows them, `installed_size` in bytes. All text is plain: no escape and no entity in it means anything.
std::string dot_text(const PackageGraph& graph, const analysis::View& view);

/// "bash >= 4 (post, if systemd; or busybox)", legible.
std::string requirement_text(const PackageGraph& graph, const analysis::ViewRequirement& requirement);

/// How wide text is at 11 pixels, roughly and rather too much: the same on every machine, whatever fonts it has.
double text_width(std::string_view text);

}  // namespace rootlet::graph
