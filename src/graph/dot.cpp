#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"
#include "cgraph.hpp"
#include "graph/drawing.hpp"
#include "rootlet/error.hpp"

namespace rootlet::graph {
namespace {

using analysis::View;
using analysis::ViewEdge;
using analysis::ViewNode;

/// Text as DOT takes it literally: a backslash starts an escape (\N, \G, \l) in every label, an ampersand an entity.
std::string literal(std::string_view text) {
  std::string out;
  for (const char c : legible(text)) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

/// Text that agwrite() writes.
std::string written(Agraph_t* graph, const Messages& messages) {
  char* text = nullptr;
  std::size_t size = 0;
  Handle<std::FILE, std::fclose> file{open_memstream(&text, &size)};
  if (!file) throw system_error("cannot make room for the graph");
  const bool failed = agwrite(graph, file.get()) != 0 || std::fflush(file.get()) != 0;
  file.reset();
  const Handle<char, std::free> owned{text};
  messages.check(failed);
  return {text, size};
}

const char* style_of(KindClass kind) {
  switch (kind) {
    case KindClass::runtime: return "solid";
    case KindClass::scriptlet: return "dashed";
    case KindClass::weak: return "dotted";
    case KindClass::other: return "dashed,bold";
  }
  return "solid";
}

void set_node(Agnode_t* node, const PackageGraph& graph, const ViewNode& one) {
  const bool root = one.kind == ViewNode::Kind::root;
  set(node, "id", one.id);
  set(node, "label", root ? literal(one.label) : literal(one.label) + "\\n" + human_size(one.size));
  set(node, "class", root ? "root" : one.kind == ViewNode::Kind::group ? "group" : "package");
  set(node, "shape", root ? "oval" : one.kind == ViewNode::Kind::group ? "box3d" : "box");
  std::string tooltip;
  for (const PackageId package : one.packages) {
    tooltip += (tooltip.empty() ? "" : "\\n") + literal(graph.at(package).nevra.str());
  }
  set(node, "tooltip", tooltip);
  if (!root) set(node, "installed_size", std::to_string(one.size));
  if (!one.reached) set(node, "style", "dashed");
}

void set_edge(Agedge_t* edge, const PackageGraph& graph, const View& view, const ViewEdge& one) {
  set(edge, "id", analysis::edge_id(view, one));
  const bool from_root = one.requirements.empty();
  const std::string kind = from_root ? "root" : std::string(kind_class_name(one.strongest));
  set(edge, "class", kind);
  set(edge, "style", from_root ? "bold" : style_of(one.strongest));
  std::string tooltip;
  for (const analysis::ViewRequirement& requirement : one.requirements) {
    tooltip += (tooltip.empty() ? "" : "\\n") + literal(requirement_text(graph, requirement));
  }
  set(edge, "tooltip", tooltip);
}

}  // namespace

std::string requirement_text(const PackageGraph& graph, const analysis::ViewRequirement& requirement) {
  std::vector<std::string> more;
  if (requirement.kind != EdgeKind::runtime) more.emplace_back(edge_kind_name(requirement.kind));
  if (!requirement.condition.empty()) more.push_back(because(requirement.condition));
  std::string text = capability_words(requirement.capability);
  if (!more.empty()) text += " (" + join(more, ", ") + ")";
  std::vector<std::string> others;
  for (const PackageId other : requirement.others) others.push_back(graph.at(other).nevra.name);
  if (!others.empty()) text += "; " + join(others, " or ") + " would do, too";
  return legible(text);
}

std::string dot_text(const PackageGraph& graph, const View& view) {
  const Messages messages;
  const GraphHandle drawn{open_graph("packages")};
  set_default(drawn.get(), AGRAPH, "rankdir", "LR");
  for (const char* attribute : {"class", "id", "installed_size", "label", "shape", "style", "tooltip"}) {
    set_default(drawn.get(), AGNODE, attribute, "");
  }
  for (const char* attribute : {"class", "id", "style", "tooltip"}) set_default(drawn.get(), AGEDGE, attribute, "");
  std::vector<Agnode_t*> nodes;
  for (const ViewNode& node : view.nodes) {
    nodes.push_back(add_node(drawn.get(), node.id));
    set_node(nodes.back(), graph, node);
  }
  for (const analysis::ViewCluster& cluster : view.clusters) {
    Agraph_t* part = add_subgraph(drawn.get(), "cluster_" + cluster.id);
    for (const std::size_t node : cluster.nodes) agsubnode(part, nodes[node], 1);
  }
  for (const ViewEdge& edge : view.edges) {
    set_edge(add_edge(drawn.get(), nodes[edge.from], nodes[edge.to]), graph, view, edge);
  }
  return written(drawn.get(), messages);
}

}  // namespace rootlet::graph
