#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rootlet::report {

/// The room of a treemap in a chart, in pixels.
inline constexpr double treemap_width = 900;
inline constexpr double treemap_height = 400;
inline constexpr double treemap_margin = 12;

/// An area of a treemap.
struct TreemapCell {
  std::string name;
  std::string words;  ///< for its title
  std::string what;   ///< its class, a colour: "came", "grew", "shrank", "stayed"; or "rest"
  std::uint64_t size = 0;
};

/// The areas as SVG elements in a room of so many pixels (squarified treemap: Bruls, Huizing and van Wijk 2000); the
/// cells must come largest first. Areas of less than a pixel are left out.
std::string treemap_cells(const std::vector<TreemapCell>& cells, double wide, double high);

}  // namespace rootlet::report
