#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "graph.hpp"
#include "graph/drawing.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

/// Above this a page has no drawing of the whole.
constexpr std::size_t most_drawn_in_page = 5000;

/// By package of the target's graph, what could have been there instead; empty where no solver was asked.
std::vector<std::vector<Alternative>> alternatives_of(const inspect::Target& target) {
  std::vector<std::vector<Alternative>> all;
  if (!target.solution) return all;
  std::map<std::string, const std::vector<Alternative>*> by_nevra;
  for (const ChosenPackage& one : target.solution->packages) {
    by_nevra[one.package.nevra.str()] = &one.reason.alternatives;
  }
  for (const GraphPackage& one : target.graph.packages) {
    const auto found = by_nevra.find(one.nevra.str());
    all.push_back(found == by_nevra.end() ? std::vector<Alternative>() : *found->second);
  }
  return all;
}

std::string html(const inspect::Target& target, const analysis::ViewOptions& options, const analysis::View& view) {
  graph::Drawing drawing;
  if (view.nodes.size() <= most_drawn_in_page && view.edges.size() <= most_drawn_in_page) drawing = graph::draw(view);
  PageInput input{target.name, target.graph, view, drawing, options.focus, options.kinds};
  input.alternatives = alternatives_of(target);
  return page_text(input);
}

}  // namespace

std::optional<DrawingFormat> drawing_format_of(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 4> names{"svg", "html", "dot", "json"};
  const auto* const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<DrawingFormat>(found - names.begin());
}

std::string graph_text(const inspect::Target& target, const analysis::ViewOptions& options, DrawingFormat format) {
  analysis::View view = analysis::view_of(target.graph, options);
  if (format == DrawingFormat::json) return json_text(to_json(target.graph, view));
  if (format == DrawingFormat::dot) return graph::dot_text(target.graph, view);
  view = graph::drawable(std::move(view));
  if (format == DrawingFormat::html) return html(target, options, view);
  return svg_text(target.graph, view, graph::draw(view), {"Packages of " + target.name});
}

}  // namespace rootlet::report
