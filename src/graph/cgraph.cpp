#include "cgraph.hpp"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "rootlet/error.hpp"

namespace rootlet::graph {
namespace {

/// Ids of a graph's parts in the order in which they are made. By default cgraph takes the addresses of their names,
/// and by these it sorts subgraphs.
struct Ids {
  Agraph_t* graph;
  std::vector<char*> names;  // the one at n has the id 2 n + 2; odd ids are of parts without names
  std::map<std::pair<int, std::string>, std::uint64_t> by_name;
  std::uint64_t nameless = 1;

  std::uint64_t make(int kind, char* name) {
    names.push_back(agstrdup(graph, name));  // the graph's own, with a mark that it is no HTML; freed with the graph
    return by_name[{kind, name}] = 2 * names.size();
  }
};

// Graphviz's versions differ in integer types: these become what the fields of Agiddisc_t are.
void* open_ids(Agraph_t* graph, Agdisc_t* /*discipline*/) noexcept { return new Ids{graph, {}, {}}; }
void close_ids(void* state) noexcept { delete static_cast<Ids*>(state); }

template <class Result, class Id>
Result map_id(void* state, int kind, char* name, Id* id, int create) noexcept {
  Ids& ids = *static_cast<Ids*>(state);
  if (name == nullptr) {
    *id = static_cast<Id>(ids.nameless);
    ids.nameless += 2;
    return 1;
  }
  const auto found = ids.by_name.find({kind, name});
  if (found == ids.by_name.end() && create == 0) return 0;
  *id = static_cast<Id>(found == ids.by_name.end() ? ids.make(kind, name) : found->second);
  return 1;
}

template <class Result, class Id>
Result take_id(void* /*state*/, int /*kind*/, Id /*id*/) noexcept {
  return 0;  // no id is chosen by whoever draws
}

template <class Id>
void free_id(void* /*state*/, int /*kind*/, Id /*id*/) noexcept {}

template <class Id>
char* print_id(void* state, int /*kind*/, Id id) noexcept {
  return id % 2 == 0 && id != 0 ? static_cast<Ids*>(state)->names.at(id / 2 - 1) : nullptr;
}

void register_id(void* /*state*/, int /*kind*/, void* /*part*/) noexcept {}

template <class IdDiscipline>
IdDiscipline id_discipline() {
  IdDiscipline ids{};
  ids.open = open_ids;
  ids.map = map_id;
  if constexpr (requires { ids.alloc; }) ids.alloc = take_id;
  ids.free = free_id;
  ids.print = print_id;
  ids.close = close_ids;
  ids.idregister = register_id;
  return ids;
}

}  // namespace

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

Agraph_t* open_graph(std::string name) {
  static Agiddisc_t ids = id_discipline<Agiddisc_t>();
  Agdisc_t discipline{};
  discipline.id = &ids;
  return agopen(name.data(), *static_cast<Agdesc_t*>(graphviz.address("Agdirected")), &discipline);
}

Agraph_t* add_subgraph(Agraph_t* graph, std::string name) { return agsubg(graph, name.data(), 1); }

Agnode_t* add_node(Agraph_t* graph, std::string name) { return agnode(graph, name.data(), 1); }

Agedge_t* add_edge(Agraph_t* graph, Agnode_t* from, Agnode_t* to) { return agedge(graph, from, to, nullptr, 1); }

}  // namespace rootlet::graph
