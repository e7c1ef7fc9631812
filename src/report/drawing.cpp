#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "analysis/solution.hpp"
#include "graph.hpp"
#include "graph/drawing.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

/// Above this a page has no drawing of the whole.
constexpr std::size_t most_drawn_in_page = 5000;

std::string html(const inspect::Target& target, const analysis::ViewOptions& options, const analysis::View& view) {
  graph::Drawing drawing;
  if (view.nodes.size() <= most_drawn_in_page && view.edges.size() <= most_drawn_in_page) drawing = graph::draw(view);
  PageInput input{target.name, target.graph, view, drawing, options.focus, options.kinds};
  if (target.solution) input.alternatives = analysis::alternatives_of(*target.solution, analysis::Part::staying);
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
