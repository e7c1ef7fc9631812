#include "made_graph.hpp"

#include <algorithm>
#include <stdexcept>

namespace rootlet::test {

MadeGraph& MadeGraph::package(const std::string& name, std::uint64_t size) {
  ids_.try_emplace(name, PackageId{static_cast<std::uint32_t>(made_.packages.size())});
  made_.packages.push_back({{name, 0, "1", "1", "x86_64"}, size});
  return *this;
}

MadeGraph& MadeGraph::version(const std::string& package, const std::string& version) {
  made_.packages[index(id(package))].nevra.version = version;
  return *this;
}

MadeGraph& MadeGraph::needs(const std::string& from, const std::vector<std::string>& providers, EdgeKind kind,
                            const std::string& condition) {
  made_.dependencies.push_back(
      {id(from), "cap-" + (providers.empty() ? "none" : providers.front()), kind, {condition}, ids(providers)});
  return *this;
}

MadeGraph& MadeGraph::needs_as(const std::string& from, const std::string& capability,
                               const std::vector<std::string>& providers) {
  needs(from, providers);
  made_.dependencies.back().capability = capability;
  return *this;
}

MadeGraph& MadeGraph::idle(const std::string& from, const std::string& capability) {
  made_.idle->push_back({id(from), capability});
  std::sort(made_.idle->begin(), made_.idle->end());
  return *this;
}

MadeGraph& MadeGraph::obsoletes(const std::string& package, const std::string& name) {
  made_.packages[index(id(package))].obsoletes.push_back(name);
  return *this;
}

MadeGraph& MadeGraph::root(const std::string& name) {
  made_.roots.push_back(
      {Root::Kind::line, name, {"r.yaml", static_cast<int>(made_.roots.size()) + 1, 1}, {}, {id(name)}});
  return *this;
}

MadeGraph& MadeGraph::rename_root(const std::string& name, const std::string& to) {
  for (Root& root : made_.roots) {
    if (root.name == name) root.name = to;
  }
  return *this;
}

PackageId MadeGraph::id(const std::string& name) const {
  const auto found = ids_.find(name);
  if (found == ids_.end()) throw std::logic_error("no package " + name);
  return found->second;
}

std::vector<PackageId> MadeGraph::ids(const std::vector<std::string>& names) const {
  std::vector<PackageId> list;
  for (const std::string& name : names) list.push_back(id(name));
  std::sort(list.begin(), list.end());
  return list;
}

PackageGraph MadeGraph::graph() const {
  PackageGraph sorted = made_;
  std::sort(sorted.dependencies.begin(), sorted.dependencies.end());
  return sorted;
}

std::string names(const PackageGraph& graph, const std::vector<PackageId>& packages) {
  std::string text;
  for (const PackageId id : packages) text += (text.empty() ? "" : " ") + graph.at(id).nevra.name;
  return text;
}

PackageGraph random_graph(std::mt19937& random, std::uint32_t count, std::uint32_t edges, bool choices) {
  const auto any = [&](std::uint32_t below) { return static_cast<std::uint32_t>(random() % below); };
  PackageGraph graph;
  for (std::uint32_t i = 0; i < count; ++i) {
    graph.packages.push_back({{"p" + std::to_string(10 + i), 0, "1", "1", "noarch"}, 1 + any(1000)});
  }
  constexpr EdgeKind kinds[] = {EdgeKind::runtime, EdgeKind::runtime, EdgeKind::post, EdgeKind::recommends};
  for (std::uint32_t i = 0; i < edges; ++i) {
    Dependency one{PackageId{any(count)}, "c" + std::to_string(i), kinds[any(4)], any(5) == 0 ? "if" : "", {}};
    one.providers.push_back(PackageId{any(count)});
    if (choices && any(3) == 0) one.providers.push_back(PackageId{any(count)});
    std::sort(one.providers.begin(), one.providers.end());
    one.providers.erase(std::unique(one.providers.begin(), one.providers.end()), one.providers.end());
    if (std::find(one.providers.begin(), one.providers.end(), one.from) != one.providers.end()) continue;
    graph.dependencies.push_back(std::move(one));
  }
  std::sort(graph.dependencies.begin(), graph.dependencies.end());
  for (std::uint32_t i = 0; i <= any(3); ++i) {
    graph.roots.push_back(
        {Root::Kind::line, "root", {"r.yaml", static_cast<int>(i) + 1, 1}, {}, {PackageId{any(count)}}});
  }
  return graph;
}

}  // namespace rootlet::test
