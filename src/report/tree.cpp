#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {

using Json = nlohmann::ordered_json;

namespace {

/// Levels that are indented. A chain of n packages would take n * n bytes; no tree of a distribution is so deep.
constexpr std::size_t deepest_indent = 100;

/// The drawn branches before a line, and the level in words where branches no longer tell it.
std::string branches(const analysis::TreeLine& line, const std::vector<bool>& ended) {
  std::string text;
  for (std::size_t level = 1; level < std::min(line.level, deepest_indent); ++level) {
    text += ended[level] ? "    " : "│   ";
  }
  if (line.level > 0) text += line.last ? "└── " : "├── ";
  if (line.level > deepest_indent) text += fmt::format("(level {}) ", line.level);
  return text;
}

std::string kinds_text(const std::vector<EdgeKind>& kinds) {
  std::vector<std::string> names;
  for (const EdgeKind kind : kinds) names.emplace_back(edge_kind_name(kind));
  if (names.empty() || kinds.front() == EdgeKind::runtime) return "";
  return " [" + join(names, ", ") + "]";
}

/// First few packages that a root names, where the tree does not go on below it.
std::string packages_in_short(const PackageGraph& graph, const Root& root) {
  constexpr std::size_t shown = 3;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(root.packages.size(), shown); ++i) {
    const GraphPackage& package = graph.at(root.packages[i]);
    names.push_back(package.nevra.str() + " " + human_size(package.installed_size));
  }
  if (names.empty()) return "";
  const std::string more =
      root.packages.size() > shown ? fmt::format(" and {} more", root.packages.size() - shown) : std::string();
  return ": " + join(names, ", ") + more;
}

}  // namespace

std::string to_text(const PackageGraph& graph, const std::vector<analysis::TreeLine>& tree) {
  std::string text;
  std::vector<bool> ended;  // by level: no more lines follow there
  bool any_repeated = false;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const analysis::TreeLine& line = tree[i];
    ended.resize(line.level + 1);
    ended[line.level] = line.last;
    text += branches(line, ended);
    if (line.root) {
      text += printable(root_text(graph, graph.roots[*line.root]));
      const bool unfolded = i + 1 < tree.size() && tree[i + 1].level > line.level;
      if (line.level == 0 && !unfolded) text += printable(packages_in_short(graph, graph.roots[*line.root]));
    } else {
      const GraphPackage& package = graph.at(*line.package);
      text += printable(package.nevra.str()) + "  " + human_size(package.installed_size) + kinds_text(line.kinds);
      if (line.repeated) text += " (*)";
      any_repeated = any_repeated || line.repeated;
    }
    text += "\n";
  }
  if (any_repeated) text += "(*): what goes on below it is shown where it came first\n";
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
