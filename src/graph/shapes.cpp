#include "shapes.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace rootlet::graph {
namespace {

constexpr double largest_side = 96;
constexpr double least_side = 4;
constexpr double line_height = 15;
constexpr double gap = 5;
/// Beyond this a drawing has no room for sizes in words.
constexpr std::size_t nodes_with_sizes = 150;

/// The first 40 characters (not bytes).
std::string shortened(const std::string& label) {
  constexpr std::size_t longest = 40;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(label[i]) & 0xc0) != 0x80;
    if (starts && ++characters > longest) return label.substr(0, i) + "…";
  }
  return label;
}

}  // namespace

double text_width(std::string_view text) {
  double width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) continue;
    if (byte >= 0xe0) {
      width += 11;
    } else if (std::string_view("iljtfr.,:;-|()[]'! ").find(c) != std::string_view::npos) {
      width += 4.4;
    } else {
      width += (c >= 'A' && c <= 'Z') || c == 'm' || c == 'w' || c == '_' || c == '@' ? 9.2 : 7.1;
    }
  }
  return width;
}

void add_shapes(const analysis::View& view, Drawing& drawing) {
  std::uint64_t largest = 0;
  for (const analysis::ViewNode& node : view.nodes) largest = std::max(largest, node.size);
  drawing.bytes_per_pixel = static_cast<double>(largest) / (largest_side * largest_side);
  const bool sizes = view.nodes.size() <= nodes_with_sizes;
  for (const analysis::ViewNode& node : view.nodes) {
    Shape shape;
    shape.label = shortened(legible(node.label));
    if (node.kind == analysis::ViewNode::Kind::root) {
      shape.width = text_width(shape.label) + 20;
      shape.height = line_height + 7;
    } else {
      const double side = largest > 0 ? std::sqrt(static_cast<double>(node.size) / drawing.bytes_per_pixel) : 0;
      shape.to_scale = side >= least_side;
      shape.side = std::max(side, least_side);
      if (sizes) shape.size = human_size(node.size);
      const double words = text_width(shape.label) + (sizes ? gap + text_width(shape.size) : 0);
      shape.width = shape.side + gap + words;
      shape.height = std::max(shape.side, line_height);
    }
    drawing.nodes.push_back(std::move(shape));
  }
}

}  // namespace rootlet::graph
