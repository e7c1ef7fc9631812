#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "chart_parts.hpp"
#include "rootlet/base/text.hpp"
#include "rootlet/report/charts.hpp"
#include "rootlet/report/graph.hpp"

namespace rootlet::report {
namespace {

constexpr double width = 900;
constexpr double height = 400;
constexpr double treemap_margin = 12;
constexpr double legend_height = 26;

struct Cell {
  std::string name;
  std::string words;  ///< for its title
  std::string what;   ///< what it did: "came", "grew", "shrank", "stayed"; or "rest"
  std::uint64_t size = 0;
};

struct Place {
  double x = 0, y = 0, wide = 0, high = 0;
};

/// Rows along the shorter side of what is left, each as long as its worst proportion gets no worse.
class Squarified {
 public:
  Squarified(const std::vector<Cell>& cells, Place left) : left_(left) {
    double total = 0;
    for (const Cell& cell : cells) total += static_cast<double>(cell.size);
    const double scale = total > 0 ? left.wide * left.high / total : 0;
    std::vector<double> row;
    for (const Cell& cell : cells) {
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

std::vector<Cell> cells_of(const Timeline& timeline, std::size_t most) {
  std::map<std::string, const PackageChange*> changes;
  if (!timeline.steps.empty()) {
    for (const PackageChange& one : timeline.steps.back().changes) changes[one.after] = &one;
  }
  std::vector<Cell> cells;
  for (const GraphPackage& one : timeline.records.back().graph.packages) {
    const std::string nevra = one.nevra.str();
    const auto found = changes.find(nevra);
    const PackageChange* change = found == changes.end() ? nullptr : found->second;
    std::string what = "stayed";
    if (change != nullptr && change->kind == ChangeKind::added) what = "came";
    if (change != nullptr && what == "stayed" && change->bytes() != 0) what = change->bytes() > 0 ? "grew" : "shrank";
    cells.push_back({one.nevra.name, nevra + ", " + human_size(one.installed_size), what, one.installed_size});
  }
  std::stable_sort(cells.begin(), cells.end(), [](const Cell& a, const Cell& b) { return a.size > b.size; });
  if (cells.size() <= most) return cells;
  Cell rest{counted(cells.size() - most, "other"), "", "rest", 0};
  for (std::size_t i = most; i < cells.size(); ++i) rest.size += cells[i].size;
  rest.words = rest.name + ", " + human_size(rest.size);
  cells.resize(most);
  cells.push_back(std::move(rest));
  return cells;
}

std::string legend(double y, bool compared) {
  std::string out = fmt::format("<g class=\"key\" transform=\"translate({} {})\">", pixels(treemap_margin), pixels(y));
  double x = 0;
  for (const auto& [what, words] :
       {std::pair{"came", "came"}, {"grew", "grew"}, {"shrank", "shrank"}, {"stayed", "as large as before"}}) {
    if (!compared) break;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/><text x=\"{}\" y=\"10\">{}</text>", what,
        pixels(x), pixels(x + 17), words);
    x += 90;
  }
  return out + "</g>\n";
}

}  // namespace

std::string treemap_chart(const Timeline& timeline, const ChartOptions& options, std::size_t most) {
  const double top = treemap_margin + (options.standalone ? heading_height - treemap_margin : 0);
  const bool compared = !timeline.steps.empty();
  const std::string title = fmt::format("{}: packages of {}{}", title_of(timeline), timeline.records.back().label,
                                        compared ? ", against " + timeline.records.rbegin()[1].label : "");
  std::string out =
      chart_begin(width + 2 * treemap_margin, top + height + (compared ? legend_height : 0) + treemap_margin, title,
                  options.standalone);
  out += fmt::format("<g class=\"cells\" transform=\"translate({} {})\">\n", pixels(treemap_margin), pixels(top));
  const auto cells = cells_of(timeline, most);
  const auto places = Squarified(cells, {0, 0, width, height}).take();
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
  return out + "</g>\n" + legend(top + height + 8, compared) + "</svg>\n";
}

}  // namespace rootlet::report
