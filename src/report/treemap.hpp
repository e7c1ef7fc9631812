#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rootlet::report {

/// Size of a treemap in a chart, and of the margin around it, in pixels.
inline constexpr double treemap_width = 900;
inline constexpr double treemap_height = 400;
inline constexpr double treemap_margin = 12;

/// Area of a treemap.
struct TreemapCell {
  std::string name;
  std::string words;  ///< in its tooltip
  std::string what;   ///< its class, a colour: "came", "grew", "shrank", "stayed"; or "rest"
  std::uint64_t size = 0;
};

/// Areas as SVG elements, in a room of `wide` by `high` pixels (squarified treemap: Bruls, Huizing and van Wijk 2000).
/// `cells`: largest first. Areas of less than a pixel are left out.
std::string treemap_cells(const std::vector<TreemapCell>& cells, double wide, double high);

}  // namespace rootlet::report
