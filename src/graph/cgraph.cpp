#include "cgraph.hpp"

#include <cstdlib>

#include "rootlet/error.hpp"

namespace rootlet::graph {

Messages::Messages() : before_(agseterr(AGMAX)) { agreseterrors(); }

Messages::~Messages() { agseterr(before_); }

void Messages::check(bool failed) const {
  if (!failed && agerrors() < AGERR) return;
  const Handle<char, std::free> said{aglasterr()};
  std::string message = said ? said.get() : "Graphviz gives no reason";
  while (!message.empty() && message.back() == '\n') message.pop_back();
  throw Error("cannot draw the graph: " + message, "draw less of it with --focus PACKAGE, --depth N or --collapse");
}

// cgraph takes all text as char *, and copies it.
void set(void* object, std::string name, std::string value) {
  char nothing[] = "";
  agsafeset(object, name.data(), value.data(), nothing);
}

void set_default(Agraph_t* graph, int kind, std::string name, std::string value) {
  agattr(graph, kind, name.data(), value.data());
}

Agraph_t* open_graph(std::string name) { return agopen(name.data(), Agdirected, nullptr); }

Agraph_t* add_subgraph(Agraph_t* graph, std::string name) { return agsubg(graph, name.data(), 1); }

Agnode_t* add_node(Agraph_t* graph, std::string name) { return agnode(graph, name.data(), 1); }

Agedge_t* add_edge(Agraph_t* graph, Agnode_t* from, Agnode_t* to) { return agedge(graph, from, to, nullptr, 1); }

}  // namespace rootlet::graph
