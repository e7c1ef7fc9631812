#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rootlet/base/text.hpp"
#include "rootlet/report/analysis.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

std::string kinds_text(const std::vector<EdgeKind>& kinds) {
  std::vector<std::string> names;
  for (const EdgeKind kind : kinds) names.emplace_back(edge_kind_name(kind));
  if (names.empty() || kinds.front() == EdgeKind::runtime) return "";
  return " [" + join(names, ", ") + "]";
}

}  // namespace

std::string to_text(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree) {
  std::string text;
  std::vector<bool> ended;  // by level: no more lines follow there
  for (const analysis::TreeLine& line : tree) {
    ended.resize(line.level + 1);
    ended[line.level] = line.last;
    for (std::size_t level = 1; level < line.level; ++level) text += ended[level] ? "    " : "│   ";
    if (line.level > 0) text += line.last ? "└── " : "├── ";
    if (line.root) {
      text += printable(root_text(graph, graph.roots[*line.root]));
    } else {
      const GraphPackage& package = graph.at(*line.package);
      text += printable(package.nevra.str()) + "  " + human_size(package.installed_size) + kinds_text(line.kinds);
      if (line.repeated) text += " (*)";
    }
    text += "\n";
  }
  return text;
}

Json to_json(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree) {
  Json lines = Json::array();
  for (const analysis::TreeLine& line : tree) {
    Json one{{"level", line.level}};
    if (line.root) {
      one["root"] = root_json(graph, graph.roots[*line.root]);
    } else {
      Json kinds = Json::array();
      for (const EdgeKind kind : line.kinds) kinds.push_back(edge_kind_name(kind));
      one["package"] = graph.at(*line.package).nevra.str();
      one["installed_size"] = graph.at(*line.package).installed_size;
      one["kinds"] = std::move(kinds);
      one["repeated"] = line.repeated;
    }
    lines.push_back(std::move(one));
  }
  return {{"lines", lines}};
}

}  // namespace rootlet::report
