#include <fmt/format.h>

#include <map>

#include "rootlet/analysis.hpp"

namespace rootlet::analysis {

namespace {

std::string id_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    out += plain ? std::string(1, c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::vector<std::string> unique_ids(const std::vector<std::string>& wanted) {
  std::map<std::string, std::size_t> seen;
  std::vector<std::string> ids;
  ids.reserve(wanted.size());
  for (const std::string& id : wanted) {
    const std::size_t before = seen[id]++;
    ids.push_back(before == 0 ? id : fmt::format("{}_x{}", id, before + 1));
  }
  return ids;
}

}  // namespace

std::vector<std::string> node_ids(const PackageGraph& graph) {
  const auto name_arch = [](const Nevra& nevra) { return nevra.name + "." + nevra.arch; };
  std::map<std::string, std::size_t> sharing;
  for (const GraphPackage& package : graph.packages) ++sharing[name_arch(package.nevra)];
  std::vector<std::string> wanted;
  wanted.reserve(graph.packages.size());
  for (const GraphPackage& package : graph.packages) {
    const std::string shortest = name_arch(package.nevra);
    wanted.push_back("p-" + id_text(sharing[shortest] == 1 ? shortest : package.nevra.str()));
  }
  return unique_ids(wanted);
}

std::vector<std::string> root_ids(const PackageGraph& graph) {
  std::vector<std::string> wanted;
  for (const Root& root : graph.roots) wanted.push_back("r-" + id_text(root.name));
  return unique_ids(wanted);
}

std::string edge_id(const View& view, const ViewEdge& edge) {
  return "e-" + view.nodes.at(edge.from).id + "_-" + view.nodes.at(edge.to).id;
}

}  // namespace rootlet::analysis
