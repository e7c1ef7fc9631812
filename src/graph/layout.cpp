#include <fmt/format.h>
#include <graphviz/gvc.h>
#include <graphviz/gvplugin.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "base/text.hpp"
#include "cgraph.hpp"
#include "graph/drawing.hpp"
#include "rootlet/error.hpp"
#include "shapes.hpp"

namespace rootlet::graph {
namespace {

ROOTLET_LAZY(graphviz, gvContextPlugins);
ROOTLET_LAZY(graphviz, gvFreeContext);
ROOTLET_LAZY(graphviz, gvFreeLayout);
ROOTLET_LAZY(graphviz, gvLayout);

constexpr std::size_t most_edges_in_full = 1500;
constexpr std::size_t most = 20000;
constexpr const char* plugin = "gvplugin_dot_layout_LTX_library";
constexpr double points_per_inch = 72;

struct FreeLayout {
  GVC_t* context;
  void operator()(Agraph_t* graph) const noexcept { gvFreeLayout(context, graph); }
};

/// Takes the places that dot found. Its y goes up, from the lower edge of the box around everything.
class Places {
 public:
  explicit Places(Agraph_t* graph) : box_(GD_bb(graph)) {}

  [[nodiscard]] double width() const { return box_.UR.x - box_.LL.x; }
  [[nodiscard]] double height() const { return box_.UR.y - box_.LL.y; }
  [[nodiscard]] Point at(const pointf& place) const { return {place.x - box_.LL.x, box_.UR.y - place.y}; }
  [[nodiscard]] Point of(Agnode_t* node) const { return at(ND_coord(node)); }
  [[nodiscard]] Area of(Agraph_t* cluster) const {
    const boxf& box = GD_bb(cluster);
    return {at({box.LL.x, box.UR.y}), at({box.UR.x, box.LL.y})};
  }

  [[nodiscard]] std::vector<Point> of(Agedge_t* edge) const {
    std::vector<Point> points;
    const splines* curve = ED_spl(edge);
    if (curve == nullptr || curve->size == 0 || curve->list[0].size < 4) {
      const Point from = of(agtail(edge));
      const Point to = of(aghead(edge));
      return {from, from, to, to};
    }
    const bezier& part = curve->list[0];  // its size is an int before Graphviz 13, and a size_t since
    for (const pointf& place : std::span(part.list, static_cast<std::size_t>(part.size))) points.push_back(at(place));
    return points;
  }

 private:
  boxf box_;
};

/// Left to right, for labels are wide and low. How long dot may improve its order and places is counted in rounds,
/// never measured; the more edges there are, the fewer rounds.
void set_graph(Agraph_t* graph, const analysis::View& view) {
  const bool large = view.edges.size() > 600;
  set_default(graph, AGRAPH, "rankdir", "LR");
  set_default(graph, AGRAPH, "nodesep", large ? "0.05" : "0.11");
  set_default(graph, AGRAPH, "ranksep", large ? "1.2" : "0.7");
  set_default(graph, AGRAPH, "mclimit", large ? "0.3" : "2");
  set_default(graph, AGRAPH, "nslimit", large ? "0.3" : "10");
  set_default(graph, AGRAPH, "nslimit1", large ? "1" : "10");
  set_default(graph, AGNODE, "shape", "box");
  set_default(graph, AGNODE, "fixedsize", "true");
  set_default(graph, AGNODE, "label", "");
  set_default(graph, AGNODE, "width", "1");
  set_default(graph, AGNODE, "height", "1");
  set_default(graph, AGEDGE, "dir", "none");
}

/// By node: its cluster's place, from 1; 0: it is in none.
std::vector<std::size_t> clusters_of(const analysis::View& view) {
  std::vector<std::size_t> of(view.nodes.size());
  for (std::size_t i = 0; i < view.clusters.size(); ++i) {
    for (const std::size_t node : view.clusters[i].nodes) of[node] = i + 1;
  }
  return of;
}

}  // namespace

analysis::View drawable(analysis::View view) {
  return view.edges.size() > most_edges_in_full ? analysis::reduced(std::move(view)) : std::move(view);
}

void require_graphviz() { graphviz.address("gvContext"); }

Drawing draw(const analysis::View& view) {
  if (view.nodes.size() > most || view.edges.size() > most) {
    throw Error(fmt::format("cannot draw the graph: it has {} and {}, and {} of each can be drawn",
                            counted(view.nodes.size(), "node"), counted(view.edges.size(), "edge"), grouped(most)),
                "draw less of it with --focus PACKAGE, --depth N or --collapse");
  }
  Drawing drawing;
  add_shapes(view, drawing);
  if (view.nodes.empty()) return drawing;

  const Messages messages;
  const GraphHandle graph{open_graph("packages")};
  set_graph(graph.get(), view);
  std::vector<Agnode_t*> nodes;
  for (std::size_t i = 0; i < view.nodes.size(); ++i) {
    nodes.push_back(add_node(graph.get(), fmt::format("n{}", i)));
    set(nodes.back(), "width", fmt::format("{:.4f}", drawing.nodes[i].width / points_per_inch));
    set(nodes.back(), "height", fmt::format("{:.4f}", drawing.nodes[i].height / points_per_inch));
  }
  std::vector<Agraph_t*> clusters;
  for (std::size_t i = 0; i < view.clusters.size(); ++i) {
    clusters.push_back(add_subgraph(graph.get(), fmt::format("cluster_{}", i)));
    for (const std::size_t node : view.clusters[i].nodes) agsubnode(clusters.back(), nodes[node], 1);
  }
  const std::vector<std::size_t> cluster_of = clusters_of(view);
  std::vector<Agedge_t*> edges;
  for (const analysis::ViewEdge& edge : view.edges) {
    edges.push_back(add_edge(graph.get(), nodes[edge.from], nodes[edge.to]));
    // From the label to the square; but in a group, where edges go back, too, wherever is best.
    if (cluster_of[edge.from] != cluster_of[edge.to] || cluster_of[edge.from] == 0) {
      set(edges.back(), "tailport", "e");
      set(edges.back(), "headport", "w");
    }
  }

  const std::array<lt_symlist_t, 2> plugins{{{plugin, graphviz.address(plugin)}, {nullptr, nullptr}}};
  const Handle<GVC_t, gvFreeContext> context{gvContextPlugins(plugins.data(), 0)};
  messages.check(gvLayout(context.get(), graph.get(), "dot") != 0);
  const std::unique_ptr<Agraph_t, FreeLayout> layout{graph.get(), FreeLayout{context.get()}};
  const Places places(graph.get());
  drawing.width = places.width();
  drawing.height = places.height();
  for (std::size_t i = 0; i < nodes.size(); ++i) drawing.nodes[i].centre = places.of(nodes[i]);
  for (Agedge_t* edge : edges) drawing.edges.push_back(places.of(edge));
  for (Agraph_t* cluster : clusters) drawing.clusters.push_back(places.of(cluster));
  return drawing;
}

}  // namespace rootlet::graph
