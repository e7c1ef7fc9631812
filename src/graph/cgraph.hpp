#pragma once

#include <graphviz/cgraph.h>

#include <string>

#include "base/handle.hpp"
#include "base/lazy_library.hpp"

namespace rootlet::graph {

// The plugin for dot, and what it is linked with.
inline constinit LazyLibrary graphviz(ROOTLET_LIBGRAPHVIZ);

ROOTLET_LAZY(graphviz, agattr);
ROOTLET_LAZY(graphviz, agclose);
ROOTLET_LAZY(graphviz, agedge);
ROOTLET_LAZY(graphviz, agerrors);
ROOTLET_LAZY(graphviz, aglasterr);
ROOTLET_LAZY(graphviz, agnode);
ROOTLET_LAZY(graphviz, agopen);
ROOTLET_LAZY(graphviz, agreseterrors);
ROOTLET_LAZY(graphviz, agsafeset);
ROOTLET_LAZY(graphviz, agseterr);
ROOTLET_LAZY(graphviz, agstrdup);
ROOTLET_LAZY(graphviz, agsubg);
ROOTLET_LAZY(graphviz, agsubnode);
ROOTLET_LAZY(graphviz, agwrite);

using GraphHandle = Handle<Agraph_t, agclose>;

/// While it lives, Graphviz prints nothing: what it has to say is kept for check().
class Messages {
 public:
  Messages();
  ~Messages();
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  /// Error: "cannot draw the graph: …" where Graphviz reported an error. Warnings pass.
  void check(bool failed = false) const;

 private:
  agerrlevel_t before_;
};

/// Sets an attribute of a graph, node or edge, which all others then have, too, empty.
void set(void* object, std::string name, std::string value);
/// Sets the value that all nodes, edges (`kind`: AGNODE, AGEDGE) or the graph (AGRAPH) have unless they have another.
void set_default(Agraph_t* graph, int kind, std::string name, std::string value);
Agraph_t* open_graph(std::string name);
Agraph_t* add_subgraph(Agraph_t* graph, std::string name);
Agnode_t* add_node(Agraph_t* graph, std::string name);
Agedge_t* add_edge(Agraph_t* graph, Agnode_t* from, Agnode_t* to);

}  // namespace rootlet::graph
