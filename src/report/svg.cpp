#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "chart_parts.hpp"
#include "graph.hpp"
#include "page_texts.hpp"
#include "rootlet/report.hpp"

namespace rootlet::report {
namespace {

using analysis::ViewEdge;
using analysis::ViewNode;
using graph::Area;
using graph::Drawing;
using graph::Point;
using graph::Shape;

constexpr double margin = 16;
constexpr double legend_width = 360;
constexpr double row_height = 18;
/// Number of nodes above which lines are thinner.
constexpr std::size_t large = 300;
/// Most capabilities in a tooltip.
constexpr std::size_t most_listed = 15;

/// Size of the legend's sample: the largest of 1, 2, 5, 10, … bytes whose square is at most 30 pixels wide.
std::uint64_t sample_size(double bytes_per_pixel) {
  const double most = bytes_per_pixel * 30 * 30;
  double size = std::pow(10, std::floor(std::log10(std::max(most, 1.0))));
  if (size * 5 <= most) return static_cast<std::uint64_t>(size * 5);
  if (size * 2 <= most) return static_cast<std::uint64_t>(size * 2);
  return static_cast<std::uint64_t>(size);
}

class Svg {
 public:
  Svg(const PackageGraph& graph, const analysis::View& view, const Drawing& drawing, const SvgOptions& options)
      : graph_(graph), view_(view), drawing_(drawing), options_(options) {}

  std::string text() {
    const std::string legend = options_.standalone ? legend_text() : "";
    const double top = margin + legend_height_;
    const double width = std::max(drawing_.width, options_.standalone ? legend_width : 0) + 2 * margin;
    const double height = top + drawing_.height + margin;
    if (options_.standalone) out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    out_ += fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing{}\" width=\"{}\" height=\"{}\" "
        "viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n<title>{}</title>\n",
        view_.nodes.size() > large ? " large" : "", pixels(width), pixels(height), pixels(width), pixels(height),
        escaped(options_.title), escaped(options_.title));
    if (options_.standalone) {
      out_ += "<style>\n" + colours_css() + drawing_css() + "svg { background: var(--paper); }\n</style>\n";
    }
    out_ +=
        "<defs><marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" "
        "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"arrow\" d=\"M0 0.5 6 3 0 "
        "5.5z\"/></marker></defs>\n";
    out_ += legend;
    out_ += fmt::format("<g class=\"places\" transform=\"translate({} {})\">\n", pixels(margin), pixels(top));
    for (std::size_t i = 0; i < view_.clusters.size(); ++i) add_cluster(view_.clusters[i], drawing_.clusters[i]);
    for (std::size_t i = 0; i < view_.edges.size(); ++i) add_edge(view_.edges[i], drawing_.edges[i]);
    for (std::size_t i = 0; i < view_.nodes.size(); ++i) add_node(view_.nodes[i], drawing_.nodes[i]);
    out_ += "</g>\n</svg>\n";
    return std::move(out_);
  }

 private:
  void add_cluster(const analysis::ViewCluster& cluster, const Area& area) {
    out_ += fmt::format("<rect id=\"{}\" class=\"cluster\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\">",
                        cluster.id, pixels(area.from.x), pixels(area.from.y), pixels(area.to.x - area.from.x),
                        pixels(area.to.y - area.from.y));
    out_ += fmt::format("<title>{} that require each other</title></rect>\n", counted(cluster.nodes.size(), "package"));
  }

  void add_edge(const ViewEdge& edge, const std::vector<Point>& points) {
    std::string path = "M";
    for (std::size_t i = 0; i < points.size(); ++i) {
      path += (i == 0 ? "" : i == 1 ? "C" : " ") + pixels(points[i].x) + " " + pixels(points[i].y);
    }
    const std::string_view kind = edge.requirements.empty() ? "from-root" : kind_class_name(edge.strongest);
    out_ += fmt::format("<path id=\"{}\" class=\"edge {}\" d=\"{}\" marker-end=\"url(#arrow)\"",
                        analysis::edge_id(view_, edge), kind, path);
    out_ += options_.standalone ? "><title>" + edge_title(edge) + "</title></path>\n" : "/>\n";
  }

  [[nodiscard]] std::string edge_title(const ViewEdge& edge) const {
    const std::string from = escaped(view_.nodes[edge.from].label);
    const std::string to = escaped(view_.nodes[edge.to].label);
    if (edge.requirements.empty()) return from + " asks for " + to;
    std::string title = from + " requires of " + to + ":";
    const std::size_t shown = std::min(edge.requirements.size(), most_listed);
    for (std::size_t i = 0; i < shown; ++i) {
      title += "\n" + escaped(graph::requirement_text(graph_, edge.requirements[i]));
    }
    if (shown < edge.requirements.size()) title += fmt::format("\nand {} more", edge.requirements.size() - shown);
    return title;
  }

  [[nodiscard]] std::string node_title(const ViewNode& node) const {
    if (node.kind == ViewNode::Kind::root) return escaped(root_text(graph_, graph_.roots[node.root]));
    std::string title;
    for (const PackageId id : node.packages) {
      title += escaped(graph_.at(id).nevra.str()) + ", " + human_size(graph_.at(id).installed_size) + "\n";
    }
    if (node.kind == ViewNode::Kind::group) {
      title += fmt::format("{} that require each other, {}\n", counted(node.packages.size(), "package"),
                           human_size(node.size));
    }
    if (!node.reached) title += "no root leads to it\n";
    title.pop_back();
    return title;
  }

  void add_node(const ViewNode& node, const Shape& shape) {
    static constexpr const char* kinds[] = {"root", "package", "group"};
    std::string classes = fmt::format("node {}", kinds[static_cast<std::size_t>(node.kind)]);
    if (node.focus) classes += " focus";
    if (!node.reached) classes += " unreached";
    if (!shape.to_scale) classes += " least";
    const double left = shape.centre.x - shape.width / 2;
    out_ += fmt::format("<g id=\"{}\" class=\"{}\"><title>{}</title>", node.id, classes, node_title(node));
    if (node.kind == ViewNode::Kind::root) {
      out_ += fmt::format("<rect class=\"pill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>", pixels(left),
                          pixels(shape.centre.y - shape.height / 2), pixels(shape.width), pixels(shape.height),
                          pixels(shape.height / 2));
      out_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>\n", pixels(shape.centre.x),
                          pixels(shape.centre.y + 4), escaped(shape.label));
      return;
    }
    if (node.kind == ViewNode::Kind::group) add_square(left + 2, shape.centre.y - 2, shape.side, "square");
    add_square(left, shape.centre.y, shape.side, "square");
    out_ += fmt::format("<text x=\"{}\" y=\"{}\">{}", pixels(left + shape.side + 5), pixels(shape.centre.y + 4),
                        escaped(shape.label));
    if (!shape.size.empty()) out_ += fmt::format("<tspan class=\"faint\" dx=\"5\">{}</tspan>", shape.size);
    out_ += "</text></g>\n";
  }

  void add_square(double left, double middle, double side, const char* css) {
    out_ += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", css, pixels(left),
                        pixels(middle - side / 2), fmt::format("{:.2f}", side), fmt::format("{:.2f}", side));
  }

  /// Whether edges are what an SBOM states.
  [[nodiscard]] bool by_sbom() const {
    return std::any_of(view_.edges.begin(), view_.edges.end(), [](const analysis::ViewEdge& edge) {
      return !edge.requirements.empty() && edge.requirements.front().kind == EdgeKind::stated;
    });
  }

  std::string legend_text() {
    std::vector<std::pair<std::string, std::string>> rows;
    const auto line = [&](const char* css, const char* words) {
      rows.emplace_back(fmt::format("<path class=\"edge {}\" d=\"M0 0H44\" marker-end=\"url(#arrow)\"/>", css), words);
    };
    line("from-root", "is asked for by a recipe, a user, or nothing else");
    line("runtime", "requires at run time");
    line("scriptlet", "requires for a scriptlet");
    line("weak", "recommends, supplements");
    line("other", by_sbom() ? "depends on it for what the SBOM does not name"
                            : "is there because of a conflict, or for its 32-bit twin");
    if (drawing_.bytes_per_pixel > 0) {
      const std::uint64_t size = sample_size(drawing_.bytes_per_pixel);
      const std::string side = pixels(std::sqrt(static_cast<double>(size) / drawing_.bytes_per_pixel));
      rows.emplace_back(
          fmt::format(
              "<g class=\"node package\"><rect class=\"square\" x=\"0\" y=\"-8\" width=\"{0}\" height=\"{0}\"/></g>",
              side),
          human_size(size) + " installed; hollow: less than to scale");
    }
    if (!view_.clusters.empty()) {
      rows.emplace_back("<rect class=\"cluster\" x=\"0\" y=\"-7\" width=\"44\" height=\"14\" rx=\"5\"/>",
                        "packages that require each other");
    }
    if (view_.implied > 0) {
      rows.emplace_back("", fmt::format("not drawn: {} that a longer way says, too", counted(view_.implied, "edge")));
    }
    std::string text =
        fmt::format("<g class=\"legend\" transform=\"translate({} {})\">\n", pixels(margin), pixels(margin + 8));
    for (const auto& [sample, words] : rows) {
      text += fmt::format("<g transform=\"translate(0 {})\">{}<text x=\"54\" y=\"4\">{}</text></g>\n",
                          pixels(legend_height_), sample, words);
      legend_height_ += sample.find("square") != std::string::npos ? 2 * row_height : row_height;
    }
    legend_height_ += row_height;
    return text + "</g>\n";
  }

  const PackageGraph& graph_;
  const analysis::View& view_;
  const Drawing& drawing_;
  const SvgOptions& options_;
  double legend_height_ = 0;
  std::string out_;
};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : legible(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string svg_text(const PackageGraph& graph, const analysis::View& view, const Drawing& drawing,
                     const SvgOptions& options) {
  return Svg(graph, view, drawing, options).text();
}

}  // namespace rootlet::report
