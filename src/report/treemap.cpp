#include "treemap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "chart_parts.hpp"
#include "graph.hpp"

namespace rootlet::report {
namespace {

struct Place {
  double x = 0, y = 0, wide = 0, high = 0;
};

/// Lays areas out in rows along the shorter side of the room that is left. A row takes more areas as long as its worst
/// proportion gets no worse.
class Squarified {
 public:
  Squarified(const std::vector<TreemapCell>& cells, Place left) : left_(left) {
    double total = 0;
    for (const TreemapCell& cell : cells) total += static_cast<double>(cell.size);
    const double scale = total > 0 ? left.wide * left.high / total : 0;
    std::vector<double> row;
    for (const TreemapCell& cell : cells) {
      const double area = static_cast<double>(cell.size) * scale;
      std::vector<double> longer = row;
      longer.push_back(area);
      if (!row.empty() && worst(longer) > worst(row)) {
        lay(row);
        row.clear();
      }
      row.push_back(area);
    }
    lay(row);
  }

  std::vector<Place> take() { return std::move(places_); }

 private:
  [[nodiscard]] double worst(const std::vector<double>& row) const {
    const double side = std::min(left_.wide, left_.high);
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    const double most = row.front();
    const double least = row.back();
    if (least <= 0 || side <= 0) return 1e300;
    return std::max(side * side * most / (sum * sum), sum * sum / (side * side * least));
  }

  void lay(const std::vector<double>& row) {
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    const bool upright = left_.wide >= left_.high;
    const double side = upright ? left_.high : left_.wide;
    const double deep = side > 0 ? sum / side : 0;
    double at = 0;
    for (const double area : row) {
      const double along = deep > 0 ? area / deep : 0;
      places_.push_back(upright ? Place{left_.x, left_.y + at, deep, along}
                                : Place{left_.x + at, left_.y, along, deep});
      at += along;
    }
    if (upright) {
      left_.x += deep;
      left_.wide -= deep;
    } else {
      left_.y += deep;
      left_.high -= deep;
    }
  }

  Place left_;
  std::vector<Place> places_;
};

}  // namespace

std::string treemap_cells(const std::vector<TreemapCell>& cells, double wide, double high) {
  const auto places = Squarified(cells, {0, 0, wide, high}).take();
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Place& at = places[i];
    if (at.wide < 1 || at.high < 1) continue;
    out += fmt::format("<g><title>{}</title><rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                       escaped(cells[i].words), cells[i].what, pixels(at.x), pixels(at.y), pixels(at.wide - 1),
                       pixels(at.high - 1));
    if (at.wide > 34 && at.high > 15) {
      out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>", pixels(at.x + 3), pixels(at.y + 12),
                         fitted(cells[i].name, at.wide - 6));
    }
    out += "</g>\n";
  }
  return out;
}

}  // namespace rootlet::report
